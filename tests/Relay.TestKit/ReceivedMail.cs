namespace Relay.TestKit;

/// <summary>A message that a <see cref="ScriptedUpstream"/> got whole.</summary>
/// <param name="Bytes">Dot-stuffing removed, otherwise as it came.</param>
/// <param name="From">The MAIL line.</param>
/// <param name="Recipients">The RCPT lines that were accepted.</param>
/// <param name="Connection">Which connection it came by, counted from 1.</param>
/// <param name="IsAccepted">Whether the dot was answered 2yz.</param>
public sealed record ReceivedMail(byte[] Bytes, string From, IReadOnlyList<string> Recipients, int Connection, bool IsAccepted)
{
    /// <summary>Who had logged in on that connection; null when nobody had.</summary>
    public string? User { get; init; }

    public string Text => System.Text.Encoding.Latin1.GetString(Bytes);
}
