using Relay.Core.Upstreams.Pace;

namespace Relay.Simulation.Spool;

/// <summary>What is on disk of the quotas that accounts have used.</summary>
/// <param name="disk">Outlives the process.</param>
/// <param name="isBroken">Whether it cannot be written now.</param>
/// <param name="boot">Which start of the machine this is; null where nobody knows.</param>
internal sealed class SimulatedQuotas(SimulatedDisk disk, Func<bool> isBroken, string? boot) : IQuotaStore
{
    public QuotaRecord? Read(string account) => disk.Quotas.TryGetValue(account, out var record) ? record with { Boot = boot } : null;

    public void Write(string account, QuotaRecord record) =>
        disk.Quotas[account] = isBroken() ? throw new IOException("the disk fails") : record;
}
