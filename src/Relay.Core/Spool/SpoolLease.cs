namespace Relay.Core.Spool;

/// <summary>The right to work on a delivery. A write under a lease that somebody else has taken over since is refused: its generation is another.</summary>
/// <param name="Generation">Counts the leases of the row.</param>
/// <param name="Delivery">As it was when it was claimed; its state before is that of <see cref="SpoolPart.State"/>.</param>
internal sealed record SpoolLease(long Generation, SpooledDelivery Delivery)
{
    /// <summary>The row is all there is of its message: no other row, no history. Saves looking for them when it is done.</summary>
    public bool IsAlone { get; init; }
}
