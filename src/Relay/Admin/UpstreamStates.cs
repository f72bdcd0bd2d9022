using System.Text.Json;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;

namespace Relay.Admin;

/// <summary>The states of upstreams by the words of the API, of commands and of metrics.</summary>
internal static class UpstreamStates
{
    private const string Draining = "draining";
    private const string Throttled = "throttled";

    private static readonly Dictionary<UpstreamState, string> OfHealth = Enum.GetValues<UpstreamState>()
        .ToDictionary(state => state, state => JsonNamingPolicy.CamelCase.ConvertName(state.ToString()));

    public static IReadOnlyList<string> All { get; } = [.. OfHealth.Values, Throttled, Draining];

    /// <summary>Drained and throttled are not unhealthy, and are shown as what they are.</summary>
    public static string Of(UpstreamServer server)
    {
        if (server.IsDrained)
        {
            return Draining;
        }

        return server.Health.IsAvailable && server.Pace.IsPaused ? Throttled : OfHealth[server.Health.State];
    }
}
