using System.Collections.Concurrent;

namespace Relay.Core.Upstreams.Pace;

/// <summary>The account of each configured upstream, for as long as the process runs: an upstream that is taken out and put back finds its count.</summary>
internal sealed class PaceAccounts(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, PaceAccount> _accounts = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="group">Name of the group.</param>
    /// <param name="upstream">Name of the upstream in the configuration: that of all its members.</param>
    public PaceAccount Of(string group, string upstream) => _accounts.GetOrAdd($"{group}/{upstream}", _ => new PaceAccount(time));
}
