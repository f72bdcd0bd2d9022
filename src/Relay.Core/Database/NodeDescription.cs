using Relay.Core.Configuration;

namespace Relay.Core.Database;

/// <summary>What a node tells the others of itself.</summary>
/// <param name="Name">For people.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Admin">Where its HTTP side listens.</param>
internal sealed record NodeDescription(string Name, string Version, string Admin)
{
    public static NodeDescription Of(RelayOptions options) =>
        new(options.Cluster.NodeName, typeof(NodeDescription).Assembly.GetName().Version?.ToString(3) ?? "", options.Admin.Address);
}
