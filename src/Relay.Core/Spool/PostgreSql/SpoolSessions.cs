using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Opens the writer's connection, and puts right what the one before may have left.</summary>
/// <param name="database">Where to.</param>
/// <param name="held">What this process works on.</param>
/// <param name="uncertainDelay">When a delivery is tried again whose outcome was not written down.</param>
/// <param name="time">The clock.</param>
internal sealed class SpoolSessions(PostgreSqlDatabase database, HeldLeases held, TimeSpan uncertainDelay, TimeProvider time)
{
    /// <exception cref="DatabaseAwayException">There is none to be had.</exception>
    public async Task<WriterSession> OpenAsync(long node, CancellationToken cancellationToken) =>
        node == 0
            ? throw new DatabaseAwayException(database.WhyAway ?? "this node is not registered yet")
            : await WriterSession.OpenAsync(database, node, cancellationToken);

    /// <summary>Before its first batch, and not earlier: what the last batch of the one before has claimed must be known by then.</summary>
    public async Task SettleInAsync(WriterSession session, CancellationToken cancellationToken)
    {
        if (session.IsSettledIn)
        {
            return;
        }

        var now = time.GetUtcNow();
        await session.ReleaseUnknownAsync(held.Rows, now, now + uncertainDelay, cancellationToken);
        await session.TakeNumbersAsync(0, cancellationToken);
        session.IsSettledIn = true;
    }
}
