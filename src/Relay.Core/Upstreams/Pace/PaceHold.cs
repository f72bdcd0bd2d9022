namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// What one attempt holds of an upstream's pace, from its reservation to its end. Each transaction begins with what it needs; at the end what was begun counts from
/// then on, and the rest is given back.
/// </summary>
/// <param name="account">Guards the limits.</param>
/// <param name="limits">Those of the moment of the reservation: a reload must not make one give back what it never gave.</param>
/// <param name="reserved">Held, and not begun.</param>
/// <param name="time">The clock.</param>
internal sealed class PaceHold(PaceAccount account, IPaceLimit[] limits, PaceAmount reserved, TimeProvider time)
{
    private PaceAmount _reserved = reserved;
    private PaceAmount _begun;
    private bool _isOver;

    /// <summary>A transaction is about to begin: from here on it is taken to have reached the server.</summary>
    /// <param name="recipients">That it is to have.</param>
    /// <returns>How many it may have now; 0: it must not begin.</returns>
    public int Begin(int recipients)
    {
        lock (account.Lock)
        {
            var lacking = new PaceAmount(Math.Max(0, 1 - _reserved.Messages), Math.Max(0, recipients - _reserved.Recipients));
            if (!lacking.IsNothing && TryTakeUnderLock(lacking))
            {
                _reserved += lacking;
            }

            var granted = _reserved.Messages > 0 ? Math.Min(recipients, _reserved.Recipients) : 0;
            if (granted > 0)
            {
                var begun = new PaceAmount(1, granted);
                _reserved -= begun;
                _begun += begun;
            }

            return granted;
        }
    }

    /// <summary>The transaction that was begun last never reached the server: it costs nothing.</summary>
    /// <param name="recipients">That it had.</param>
    public void Undo(int recipients)
    {
        lock (account.Lock)
        {
            var undone = new PaceAmount(1, recipients);
            _begun -= undone;
            _reserved += undone;
        }
    }

    /// <summary>The attempt is over.</summary>
    public void End()
    {
        lock (account.Lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            var now = time.GetTimestamp();
            foreach (var limit in limits)
            {
                limit.Settle(_begun, now);
                limit.GiveBack(_reserved, now);
            }
        }
    }

    private bool TryTakeUnderLock(PaceAmount amount)
    {
        var now = time.GetTimestamp();
        foreach (var limit in limits)
        {
            if (!limit.SpacesOut && limit.RoomAt(amount, now) > now)
            {
                return false;
            }
        }

        foreach (var limit in limits)
        {
            limit.Take(amount, now);
        }

        account.WriteAheadUnderLock();
        return true;
    }
}
