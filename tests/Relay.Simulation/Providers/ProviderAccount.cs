using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Providers;

/// <summary>
/// An account at a provider: counts messages and recipients at moments of its own choice, refuses what is over its hidden rations, and has the model check that
/// those which Relay was told of are never exceeded.
/// </summary>
internal sealed class ProviderAccount
{
    private readonly List<SlidingWindow> _told;
    private readonly List<SlidingWindow> _hidden;
    private readonly string _name;
    private readonly ProviderTerms _terms;
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly Ledger _ledger;

    public ProviderAccount(string name, ProviderTerms terms, VirtualTime time, Random random, Ledger ledger)
    {
        (_name, _terms, _time, _random, _ledger) = (name, terms, time, random, ledger);
        _told = [.. terms.Told.Select(static ration => new SlidingWindow(ration))];
        _hidden = [.. terms.Hidden.Select(static ration => new SlidingWindow(ration))];
    }

    /// <summary>Called for each message that is counted.</summary>
    public Action? Counts { get; init; }

    /// <summary>Called for each reply that puts Relay off.</summary>
    public Action? PutsOff { get; init; }

    /// <summary>The moment at which the next transaction is counted.</summary>
    public CountingMoment NextMoment() => (CountingMoment)_random.Next(4);

    /// <summary>How long the provider works on a message before it replies to the dot.</summary>
    public TimeSpan NextWork() => TimeSpan.FromMilliseconds(_random.Next(300));

    /// <summary>A message is counted; the reply when it is over a ration, and then it is not.</summary>
    public string? CountMessage()
    {
        if (Count(isRecipient: false) is { } reply)
        {
            return reply;
        }

        Counts?.Invoke();
        return null;
    }

    /// <summary>As <see cref="CountMessage"/>, for one recipient.</summary>
    public string? CountRecipient() => Count(isRecipient: true);

    private string? Count(bool isRecipient)
    {
        var now = _time.Now;
        if (_hidden.Find(window => window.Ration.IsOfRecipients == isRecipient && !window.HasRoomAt(now)) is { } full)
        {
            PutsOff?.Invoke();
            return (full.Ration.IsQuota ? _terms.QuotaReply : _terms.RateReply) ?? ProviderWords.For(full.Ration, _random);
        }

        foreach (var window in _hidden.Where(window => window.Ration.IsOfRecipients == isRecipient))
        {
            window.Add(now);
        }

        foreach (var window in _told.Where(window => window.Ration.IsOfRecipients == isRecipient))
        {
            _ledger.Counted(_name, window, now);
            window.Add(now);
        }

        return null;
    }
}
