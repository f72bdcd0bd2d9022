using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Relay.Core.Upstreams.Pace;

/// <summary>The account of each configured upstream, for as long as the process runs: an upstream that is taken out and put back finds its count.</summary>
/// <param name="store">Where quotas are written down; null: nowhere, and each process begins anew.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For the quotas.</param>
/// <param name="workers">Where they are written; null: on the threads of the pool.</param>
/// <param name="shared">Keeps the books in place of the store; null: this node has the accounts for itself.</param>
internal sealed class PaceAccounts(
    IQuotaStore? store,
    TimeProvider time,
    ILogger<PaceAccounts> logger,
    TaskScheduler? workers = null,
    IAccountBooks? shared = null
) : IDisposable
{
    private readonly ConcurrentDictionary<string, PaceAccount> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>Why quotas of some account cannot be written down; null while all can.</summary>
    public string? Trouble => _accounts.Values.Select(static account => account.Trouble).FirstOrDefault(static why => why is not null);

    /// <param name="group">Name of the group.</param>
    /// <param name="upstream">Name of the upstream in the configuration: that of all its members.</param>
    public PaceAccount Of(string group, string upstream) => _accounts.GetOrAdd($"{group}.{upstream}".ToLowerInvariant(), Create);

    /// <summary>Writes down what was used.</summary>
    public void Dispose()
    {
        foreach (var account in _accounts.Values)
        {
            account.Close();
        }
    }

    private PaceAccount Create(string name) => new(time, shared?.Of(name) ?? OfThisNode(name));

    private AccountQuotas? OfThisNode(string name) =>
        store is null ? null : new AccountQuotas(name, store, _startedAt, time, logger, workers ?? TaskScheduler.Default);
}
