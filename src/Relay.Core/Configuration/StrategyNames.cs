namespace Relay.Core.Configuration;

/// <summary>The strategies of this version, for those who check a configuration without running it.</summary>
public static class StrategyNames
{
    public static IReadOnlyList<string> All { get; } = ["RoundRobin", "LeastConnections", "IpHash", "Failover"];
}
