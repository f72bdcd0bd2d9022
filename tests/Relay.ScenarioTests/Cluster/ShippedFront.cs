using System.Globalization;
using System.Text.RegularExpressions;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>deploy/haproxy/haproxy.cfg as it is shipped, but on ports of this machine and in front of relays of a test.</summary>
internal static partial class ShippedFront
{
    /// <param name="nodes">One to three.</param>
    /// <param name="alivePort">Where keepalived would ask.</param>
    public static Task<Haproxy> StartAsync(IReadOnlyList<RelayConfiguration> nodes, int alivePort) =>
        Haproxy.StartAsync(haproxy => Here(haproxy, nodes, alivePort));

    private static string Here(Haproxy haproxy, IReadOnlyList<RelayConfiguration> nodes, int alivePort)
    {
        var shipped = File.ReadAllText(Repository.PathOf("deploy/haproxy/haproxy.cfg"));
        var moved = shipped
            .Replace("bind :25\n", Bind(haproxy.Port), StringComparison.Ordinal)
            .Replace("bind :587\n", Bind(LocalPort.Free()), StringComparison.Ordinal)
            .Replace("bind 127.0.0.1:8404\n", Bind(alivePort), StringComparison.Ordinal)
            .Replace("bind 127.0.0.1:8405\n", Bind(LocalPort.Free()), StringComparison.Ordinal)
            .Replace("/run/haproxy", haproxy.Folder, StringComparison.Ordinal)
            .Replace("maxconn 20000", "maxconn 1000", StringComparison.Ordinal) // a test may open fewer files than a service
            .Replace("log /dev/log", "log stdout format raw", StringComparison.Ordinal);
        return Server().Replace(moved, server => Line(server, nodes));
    }

    private static string Bind(int port) => string.Create(CultureInfo.InvariantCulture, $"bind 127.0.0.1:{port}\n");

    // On one machine each node has an admin port of its own, which the shipped file names once for all.
    private static string Line(Match server, IReadOnlyList<RelayConfiguration> nodes)
    {
        var index = int.Parse(server.Groups["number"].Value, CultureInfo.InvariantCulture) - 1;
        return index < nodes.Count
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"    server relay{index + 1} 127.0.0.1:{nodes[index].SmtpPort} port {nodes[index].AdminPort}\n"
            )
            : "";
    }

    [GeneratedRegex(@"^    server relay(?<number>[0-9]) [0-9.:]+\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Server();
}
