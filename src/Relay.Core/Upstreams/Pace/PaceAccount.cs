using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// What a provider grants one account: the rates of one configured upstream, shared by all servers that a lookup finds for it. Outlives reloads, and the servers
/// themselves: what was used is not forgotten.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="book">Knows what was used before, or elsewhere; null: nothing outlives the process, and nobody else uses the account.</param>
internal sealed class PaceAccount(TimeProvider time, IAccountBook? book = null)
{
    private readonly List<RateWindow> _windows = [];

    /// <summary>Guards the windows, and the limits that a server of the account has beside them.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Why nothing may be taken of its quotas; null while it may.</summary>
    public string? Trouble => book?.Trouble;

    /// <summary>Room has come by something else than the passing of time. Raised outside the lock.</summary>
    public event Action? RoomCame;

    /// <summary>Takes over the configured rates. A window of the same length keeps what it has counted.</summary>
    /// <returns>All windows, those without a limit too: a limit that comes back finds its count.</returns>
    public IReadOnlyList<IPaceLimit> Apply(UpstreamOptions options)
    {
        lock (Lock)
        {
            ApplyUnderLock(options.Rates, countsRecipients: false);
            ApplyUnderLock(options.RecipientRates, countsRecipients: true);
            WriteAheadUnderLock();
            return [.. _windows];
        }
    }

    /// <summary>Messages that wait look again.</summary>
    public void TellOfRoom() => RoomCame?.Invoke();

    /// <summary>Has more reserved where a window is about to run out of what is.</summary>
    public void WriteAheadUnderLock()
    {
        if (book is not null && _windows.Exists(static window => window.WantsGrant))
        {
            book.WriteUnderLock(this, _windows);
        }
    }

    /// <summary>The process ends: what is reserved and was not taken is free for the next one.</summary>
    public void Close() => book?.Close(this, _windows);

    private void ApplyUnderLock(IReadOnlyList<string> texts, bool countsRecipients)
    {
        List<Rate> rates = [];
        foreach (var text in texts)
        {
            if (Rate.TryParse(text, out var rate))
            {
                rates.Add(rate.Value);
            }
        }

        foreach (var window in _windows.Where(window => window.CountsRecipients == countsRecipients))
        {
            var place = rates.FindIndex(rate => rate.Window == window.Length);
            window.Apply(place < 0 ? null : rates[place]);
            if (place >= 0)
            {
                rates.RemoveAt(place);
            }
        }

        foreach (var rate in rates)
        {
            var window = new RateWindow(rate, countsRecipients, time);
            book?.BeginUnderLock(this, window);
            _windows.Add(window);
        }
    }
}
