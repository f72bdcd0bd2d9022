using System.Text.Json;
using System.Text.Json.Nodes;

namespace Relay.TestKit;

/// <summary>
/// The configuration of a relay under test, in the words of the configuration file. It begins with a listener and an admin address on free
/// ports of loopback, and one group <c>default</c> without members.
/// </summary>
public sealed class RelayConfiguration
{
    private readonly JsonObject _relay = [];

    public RelayConfiguration()
    {
        Set("HostName", "relay.test");
        Set("Listeners:smtp:Address", $"127.0.0.1:{SmtpPort}");
        Set("Admin:Address", $"127.0.0.1:{AdminPort}");
        // Most stories are about what a client is told when nothing is kept; those of the spool say so.
        Set("Delivery:Accept", "Proxy");
    }

    public int SmtpPort { get; } = LocalPort.Free();

    public int AdminPort { get; } = LocalPort.Free();

    /// <summary>Sets a key under <c>Relay</c>: <c>Set("Limits:MessageSize", 1000)</c>. Arrays and anonymous objects become what they look like.</summary>
    public RelayConfiguration Set(string key, object value)
    {
        var parts = key.Split(':');
        var parent = _relay;
        foreach (var part in parts[..^1])
        {
            if (parent[part] is not JsonObject child)
            {
                child = [];
                parent[part] = child;
            }

            parent = child;
        }

        parent[parts[^1]] = JsonSerializer.SerializeToNode(value);
        return this;
    }

    /// <summary>Sets the strategy of the group <c>default</c>.</summary>
    public RelayConfiguration Strategy(string name) => Set("Groups:default:Strategy", name);

    /// <summary>Adds a member to the group <c>default</c>: <c>Upstream("b", sink.Address, new { Backup = true })</c>.</summary>
    public RelayConfiguration Upstream(string name, string address, object? settings = null)
    {
        Set($"Groups:default:Upstreams:{name}", settings ?? new { });
        return Set($"Groups:default:Upstreams:{name}:Address", address);
    }

    /// <summary>A server that failed is tried again soon, and gets its whole share at once: a test need not wait for half a minute.</summary>
    public RelayConfiguration ReturningSoon() =>
        Set("Groups:default:Health:EjectionTime", "00:00:01")
            .Set("Groups:default:Health:MaximumEjectionTime", "00:00:01")
            .Set("Groups:default:Health:SlowStart", "00:00:00");

    public string ToJson() =>
        new JsonObject { ["Relay"] = _relay.DeepClone() }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}
