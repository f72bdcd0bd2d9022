namespace Relay.Core.Configuration;

/// <summary>One place where SMTP is listened for. A change needs a restart.</summary>
public sealed record ListenerOptions
{
    /// <summary><c>address:port</c>, <c>[v6]:port</c>, <c>*:port</c> for all addresses, or <c>unix:/path</c>. Port 0 takes a free one.</summary>
    public string Address { get; init; } = "";
}
