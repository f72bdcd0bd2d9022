using Relay.Core.Configuration;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Day;

/// <summary>An account of the simulated day.</summary>
internal sealed record DayAccount(string Name, UpstreamOptions Options, ProviderTerms Terms)
{
    /// <summary>When nobody can be reached there; null where that never happens.</summary>
    public (TimeSpan From, TimeSpan Until)? Outage { get; init; }
}
