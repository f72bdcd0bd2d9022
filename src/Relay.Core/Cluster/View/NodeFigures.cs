using System.Text.Json;

namespace Relay.Core.Cluster.View;

/// <summary>What a node says of itself every few seconds.</summary>
internal sealed record NodeFigures
{
    /// <summary>It takes no new mail: its process is to end.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Messages that it accepted from clients, a second.</summary>
    public double MessagesPerSecond { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ViewJson.Default.NodeFigures);

    /// <summary>Null for what no version of Relay has written.</summary>
    public static NodeFigures? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ViewJson.Default.NodeFigures);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
