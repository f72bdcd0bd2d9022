using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>
/// What the attempts of a run have settled before another server is asked. Whoever is settled leaves the row before it names that server: after a kill the
/// message would go there for them too, and be on two servers.
/// </summary>
/// <param name="Open">Recipients that stay in the row, at least one.</param>
/// <param name="Settled">What became of the others. All that remains of them gets rows of its own, for the row itself stays under lease.</param>
internal sealed record EarlierAttempts(IReadOnlyList<EnvelopeRecipient> Open, Settlement Settled)
{
    /// <summary>The lease as it is afterwards.</summary>
    public SpoolLease Narrow(SpoolLease lease)
    {
        var part = lease.Delivery.Part with { Recipients = Open };
        return lease with { Delivery = lease.Delivery with { Part = part }, IsAlone = false };
    }
}
