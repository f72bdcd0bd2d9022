using Relay.Core.Configuration;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Providers;

/// <summary>Which servers of a world are accounts at providers, and what holds for each.</summary>
internal sealed class ProviderRules(Random random)
{
    private readonly Dictionary<string, ProviderTerms> _terms = new(StringComparer.Ordinal);

    /// <summary>Chance of the accounts' own.</summary>
    public Random Random => random;

    /// <summary>What holds for the accounts, by name; more is drawn by <see cref="ApplyTo"/> where nothing is given.</summary>
    public IReadOnlyDictionary<string, ProviderTerms> Terms
    {
        get => _terms;
        init => _terms = new Dictionary<string, ProviderTerms>(value, StringComparer.Ordinal);
    }

    /// <summary>The whole configuration, where it is not to be drawn.</summary>
    public RelayOptions? Options { get; init; }

    /// <summary>Servers and disk do their work without faults, as long as they do any.</summary>
    public bool IsSteady { get; init; }

    /// <summary>Told of each message that an account counts.</summary>
    public Action<string>? Counts { get; init; }

    /// <summary>Told of each reply by which an account puts Relay off.</summary>
    public Action<string>? PutsOff { get; init; }

    /// <summary>The account that a server is; null for one that takes all there is.</summary>
    public ProviderAccount? Open(string server, VirtualTime time, Ledger ledger) =>
        _terms.TryGetValue(server, out var terms)
            ? new ProviderAccount(server, terms, time, random, ledger)
            {
                Counts = () => Counts?.Invoke(server),
                PutsOff = () => PutsOff?.Invoke(server),
            }
            : null;

    /// <summary>Relay is told of what it shall know.</summary>
    public RelayOptions ApplyTo(RelayOptions options)
    {
        var groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, group) in options.Groups.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            groups[name] = group with { Upstreams = Limited(group.Upstreams) };
        }

        return options with
        {
            Groups = groups,
            // A quota of a few messages a day takes days to let all of them through.
            Retry = options.Retry with
            {
                GiveUpAfter = TimeSpan.FromDays(60),
            },
        };
    }

    private Dictionary<string, UpstreamOptions> Limited(IReadOnlyDictionary<string, UpstreamOptions> upstreams)
    {
        var limited = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, options) in upstreams.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            var terms = ProviderTerms.Draw(random);
            if (terms.All.Any())
            {
                _terms[name] = terms;
            }

            limited[name] = terms.Tell(options);
        }

        return limited;
    }
}
