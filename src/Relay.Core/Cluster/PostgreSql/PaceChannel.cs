namespace Relay.Core.Cluster.PostgreSql;

/// <summary>Where nodes tell each other that the ledger of rates has changed.</summary>
internal static class PaceChannel
{
    public const string Name = "relay_pace";
}
