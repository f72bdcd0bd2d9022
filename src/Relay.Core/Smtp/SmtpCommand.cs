namespace Relay.Core.Smtp;

/// <summary>One command line, taken apart but not copied: it is valid as long as the line is.</summary>
internal readonly ref struct SmtpCommand(SmtpVerb verb, ReadOnlySpan<byte> argument)
{
    public SmtpVerb Verb { get; } = verb;

    /// <summary>What follows the verb, without blanks around it.</summary>
    public ReadOnlySpan<byte> Argument { get; } = argument;
}
