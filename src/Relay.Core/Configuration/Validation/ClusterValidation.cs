namespace Relay.Core.Configuration.Validation;

/// <summary>Nodes that share a spool.</summary>
internal static class ClusterValidation
{
    /// <summary>It stands in tables and in each line about a node.</summary>
    private const int LongestName = 64;

    public static void Check(ClusterOptions cluster, KeyScope scope)
    {
        scope.At(nameof(cluster.LeaseTime)).Between(cluster.LeaseTime, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));
        scope
            .At(nameof(cluster.RatesWithoutDatabase))
            .Between(cluster.RatesWithoutDatabase, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));
        var isName =
            cluster.NodeName.Length is > 0 and <= LongestName
            && cluster.NodeName.All(static character => character is > ' ' and < (char)127);
        scope.At(nameof(cluster.NodeName)).ReportIf(!isName, $"must be 1 to {LongestName} visible ASCII characters");
    }
}
