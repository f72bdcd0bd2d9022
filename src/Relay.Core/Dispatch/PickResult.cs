namespace Relay.Core.Dispatch;

/// <summary>A reserved upstream, or why there is none.</summary>
internal readonly record struct PickResult(PickStatus Status, UpstreamLease? Lease = null);

internal enum PickStatus
{
    /// <summary>A slot was reserved.</summary>
    Picked,

    /// <summary>Everybody who could take the message is busy.</summary>
    Busy,

    /// <summary>Nobody is in service whom this message has not tried.</summary>
    NobodyAvailable,

    /// <summary>Somebody was busy until the time was up, or the client left.</summary>
    GaveUpWaiting,
}
