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

    /// <summary>Connections of one client: an IPv4 address, or a /64 of IPv6. Default: 200.</summary>
    public int ConnectionsPerClient { get; init; } = 200;

    /// <summary>Messages that one client may begin in any minute; one more is answered 450. 0: no limit. Default: 0.</summary>
    public int MessagesPerClientPerMinute { get; init; }

    /// <summary>Recipients that one client may name in any minute; each further one is answered 450. 0: no limit. Default: 0.</summary>
    public int RecipientsPerClientPerMinute { get; init; }

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

    /// <summary>
    /// Bytes a second below which mail data uses up <see cref="CommandTimeout"/> although it comes: a client that sends a byte a second holds its
    /// connection little longer than a silent one. 0: any rate will do. Default: 100.
    /// </summary>
    public int LeastDataRate { get; init; } = 100;

    /// <summary>Longest session; one that is older is closed with 421 when its transaction is over. Default: 1 day.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a client that may not relay waits for the greeting; one that speaks meanwhile is answered 421. Zero: not at all. Default: zero.</summary>
    public TimeSpan GreetingDelay { get; init; }

    /// <summary>Memory in bytes for message bodies together; past it they go to temporary files. Default: 256 MiB.</summary>
    public long MemoryForMessages { get; init; } = 268_435_456;

    /// <summary>Folder for bodies that do not stay in memory. Default: the system's.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();
}
