namespace Relay.Core.Dispatch;

/// <summary>A reserved upstream, or why there is none.</summary>
/// <param name="Status">Which of the two.</param>
/// <param name="Lease">The reservation.</param>
/// <param name="RoomAt">Timestamp of the first room within pace, where it is known that there is none before.</param>
internal readonly record struct PickResult(PickStatus Status, UpstreamLease? Lease = null, long? RoomAt = null);

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

    /// <summary>Everybody who could take the message is out of pace, until after the time for which it would wait.</summary>
    OutOfPace,
}
