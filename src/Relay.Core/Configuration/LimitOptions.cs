namespace Relay.Core.Configuration;

/// <summary>Bounds on what clients may ask for. Each has a clear reply; none ends the process.</summary>
public sealed record LimitOptions
{
    /// <summary>Largest message in bytes, counted while it is read. Default: 25 MiB.</summary>
    public long MessageSize { get; init; } = 26_214_400;

    /// <summary>Recipients of one message. RFC 5321 §4.5.3.1.8 asks for at least 100. Default: 1000.</summary>
    public int Recipients { get; init; } = 1000;

    /// <summary>Client connections in all; one more is answered 421. Default: 2000.</summary>
    public int Connections { get; init; } = 2000;

    /// <summary>Connections of one client address. Default: 200.</summary>
    public int ConnectionsPerClient { get; init; } = 200;

    /// <summary>Longest line of a message in bytes with its CRLF. RFC 5321 §4.5.3.1.6 allows 1000; real mail needs more. Default: 65536.</summary>
    public int LineLength { get; init; } = 65_536;

    /// <summary>Commands refused with 5xx, without an accepted message between them, before the session is closed with 421. Default: 20.</summary>
    public int Errors { get; init; } = 20;

    /// <summary>Commands that bring no mail (NOOP, RSET, VRFY, …) in a row before the session is closed with 421. Default: 100.</summary>
    public int CommandsWithoutMail { get; init; } = 100;

    /// <summary>Longest silence before a command, or within DATA. RFC 5321 §4.5.3.2.7 asks for 5 minutes. Default: 5 min.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time from 354 to the final dot. Default: 30 min.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Memory in bytes for message bodies together; past it they go to temporary files. Default: 256 MiB.</summary>
    public long MemoryForMessages { get; init; } = 268_435_456;

    /// <summary>Folder for bodies that do not stay in memory. Default: the system's.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();
}
