namespace Relay.Core.Spool.Bounces;

/// <summary>What a notice reports of its recipients: the Action of RFC 3464 §2.3.3.</summary>
internal enum NoticeKind
{
    /// <summary>Given up for good.</summary>
    Failed,

    /// <summary>Not delivered yet, and tried further.</summary>
    Delayed,

    /// <summary>Passed on to a server that sends no notices of its own (RFC 3461 §5.2.2).</summary>
    Relayed,
}
