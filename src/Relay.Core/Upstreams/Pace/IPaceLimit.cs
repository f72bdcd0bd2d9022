namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// One limit of how fast an upstream may be used. What is taken is held from the reservation until the end of the attempt: then it is given back if it was
/// never used, or counts from that moment. The server counts a message at some instant in between, so that its own count never exceeds the limit.
/// </summary>
/// <remarks>All members are called under the lock of the <see cref="PaceAccount"/>; they must be short, call nobody else and not throw. Times are <see cref="TimeProvider.GetTimestamp"/>.</remarks>
internal interface IPaceLimit
{
    /// <summary>It spaces attempts out, and no count of the server's is at stake: a further transaction of an attempt that has its turn does not wait for another.</summary>
    bool SpacesOut => false;

    /// <summary>Recipients that one message may have if it is ever to fit.</summary>
    int MostRecipients { get; }

    /// <summary>
    /// The first moment at which there is room for so much, if nobody else takes any: not after <paramref name="now"/> when there is room already. What is
    /// held is taken to be used; <see cref="long.MaxValue"/> when there will never be room, or nobody knows when.
    /// </summary>
    long RoomAt(PaceAmount amount, long now);

    /// <summary>Messages to one recipient that could be taken by <paramref name="when"/>, which is not before <paramref name="now"/>; <see cref="int.MaxValue"/> when there is no limit.</summary>
    int MessagesBy(long when, long now);

    /// <summary>Holds so much; <see cref="RoomAt"/> was asked before, under the same lock.</summary>
    void Take(PaceAmount amount, long now);

    /// <summary>What was held was not used at all.</summary>
    void GiveBack(PaceAmount amount, long now);

    /// <summary>What was held was used, at some time until now.</summary>
    void Settle(PaceAmount amount, long now);

    /// <summary>0 to 1: how much of it is in use.</summary>
    double ShareInUse(long now);

    /// <summary>For people; null while there is nothing to show.</summary>
    PaceReading? Read(long now);
}
