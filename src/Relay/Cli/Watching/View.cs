namespace Relay.Cli.Watching;

/// <summary>What a command found, ready for people and for JSON.</summary>
/// <param name="Document">As it goes into JSON.</param>
/// <param name="Write">Prints it for people.</param>
/// <param name="ExitCode">What the command ends with when it looks once.</param>
internal sealed record View(object Document, Action<TextWriter> Write, int ExitCode = ExitCode.Success)
{
    /// <summary>Said beside it; null mostly.</summary>
    public string? Remark { get; init; }
}
