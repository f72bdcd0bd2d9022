namespace Relay.Core.Configuration;

/// <summary>The HTTP side: API and pages. A change needs a restart.</summary>
public sealed record AdminOptions
{
    /// <summary><c>address:port</c>, <c>systemd:NAME</c>, or empty for no HTTP at all. Default: <c>127.0.0.1:8025</c>.</summary>
    public string Address { get; init; } = "127.0.0.1:8025";

    /// <summary>Bearer token that every request must carry; required when <see cref="Address"/> is not loopback.</summary>
    [Secret]
    public string? Token { get; init; }

    /// <summary>File whose first line is the token; instead of <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Bearer token that opens everything that changes nothing; needs <see cref="Token"/> beside it.</summary>
    [Secret]
    public string? ReadOnlyToken { get; init; }

    /// <summary>File whose first line is that token; instead of <see cref="ReadOnlyToken"/>.</summary>
    public string? ReadOnlyTokenFile { get; init; }

    /// <summary>Without what is secret: a record would print all it has into a log or the text of an exception.</summary>
    public override string ToString() => $"{nameof(AdminOptions)} {Address}";
}
