using System.Collections.Concurrent;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Upstreams.Health;

/// <summary>
/// Watches the transactions of one server for final dots without a reply. A dot that is unanswered for 60 seconds keeps new messages off the
/// server until it is settled: each of them might become uncertain too.
/// </summary>
internal sealed class DotWatch(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<Transaction, DotTime> _running = new(ReferenceEqualityComparer.Instance);
    private int _overdue;
    private int _unansweredInARow;

    public bool IsOverdue => Volatile.Read(ref _overdue) > 0;

    public void Begin(Transaction transaction) => _running.TryAdd(transaction, new DotTime());

    /// <summary>The transaction is over.</summary>
    /// <param name="transaction">It was given to <see cref="Begin"/>.</param>
    /// <param name="isUncertain">Its dot went out and was not answered.</param>
    /// <returns>
    /// Whether the server may be in service again, since this dot was overdue; and whether this is the second unanswered dot in a row, which
    /// counts as a failure of the server.
    /// </returns>
    public (bool WasOverdue, bool IsFailure) End(Transaction transaction, bool isUncertain)
    {
        var wasOverdue = _running.TryRemove(transaction, out var dot) && Settle(dot);
        if (!isUncertain)
        {
            Volatile.Write(ref _unansweredInARow, 0);
            return (wasOverdue, false);
        }

        var isCountedAlready = wasOverdue;
        return (wasOverdue, !isCountedAlready && Interlocked.Increment(ref _unansweredInARow) > 1);
    }

    /// <summary>Looks at the dots that are out. Called once a second by one thread.</summary>
    /// <returns>How many became overdue now, and how many have in a row without an answer between them.</returns>
    public (int New, int InARow) Check()
    {
        var found = 0;
        foreach (var (transaction, dot) in _running)
        {
            if (transaction.MayBeDelivered && BecomesOverdue(dot))
            {
                Interlocked.Increment(ref _unansweredInARow);
                found++;
            }
        }

        return (found, Volatile.Read(ref _unansweredInARow));
    }

    private bool Settle(DotTime dot)
    {
        lock (dot)
        {
            dot.IsSettled = true;
            if (dot.IsOverdue)
            {
                Interlocked.Decrement(ref _overdue);
            }

            return dot.IsOverdue;
        }
    }

    private bool BecomesOverdue(DotTime dot)
    {
        lock (dot)
        {
            if (dot.Since == 0)
            {
                dot.Since = time.GetTimestamp();
            }

            if (dot.IsSettled || dot.IsOverdue || time.GetElapsedTime(dot.Since) < Patience)
            {
                return false;
            }

            dot.IsOverdue = true;
            Interlocked.Increment(ref _overdue);
            return true;
        }
    }

    /// <summary>One dot; its own lock, since it may be answered in the moment in which it is found overdue.</summary>
    private sealed class DotTime
    {
        public long Since { get; set; }

        public bool IsOverdue { get; set; }

        public bool IsSettled { get; set; }
    }
}
