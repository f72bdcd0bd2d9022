using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// What a provider grants one account: the rates of one configured upstream, shared by all servers that a lookup finds for it. Outlives reloads, and the servers
/// themselves: what was used is not forgotten.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="quotas">Writes down what the long windows have used; null: nothing outlives the process.</param>
internal sealed class PaceAccount(TimeProvider time, AccountQuotas? quotas = null)
{
    private readonly List<RateWindow> _windows = [];

    /// <summary>Guards the windows, and the limits that a server of the account has beside them.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Why its quotas cannot be written down, so that nothing may be taken of them; null while they can.</summary>
    public string? Trouble => quotas?.Trouble;

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
        if (quotas is not null && _windows.Exists(static window => window.WantsGrant))
        {
            quotas.WriteUnderLock(this, _windows);
        }
    }

    /// <summary>The process ends: what is reserved and was not taken is free for the next one.</summary>
    public void Close() => quotas?.Close(this, _windows);

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
            quotas?.Begin(window);
            _windows.Add(window);
        }
    }
}
