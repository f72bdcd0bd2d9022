using System.Text.Json;
using System.Text.Json.Serialization;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.View;

/// <summary>What a row of the shared view says. Kept as JSON: a version of Relay that knows more fields writes them, and one that knows fewer reads past them.</summary>
internal sealed record ViewDocument
{
    /// <summary>Name of the node that wrote it.</summary>
    public string Node { get; init; } = "";

    /// <summary>Where the server is: a word about another one behind the same name does not count.</summary>
    public string? Address { get; init; }

    /// <summary>It is drained, or ejected.</summary>
    public bool IsOut { get; init; }

    /// <summary>What an operator set.</summary>
    public int Weight { get; init; }

    /// <summary>The configured weight that this overrides: it means nothing beside another one.</summary>
    public int Basis { get; init; }

    public EjectionCause Cause { get; init; }

    /// <summary>For people: a reason, or what the server replied.</summary>
    public string Reason { get; init; } = "";

    public int InARow { get; init; }

    /// <summary>It was ejected before, and a trial failed.</summary>
    public bool IsTrial { get; init; }

    public bool IsByHand { get; init; }

    /// <summary>Messages a second.</summary>
    public double PerSecond { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ViewJson.Default.ViewDocument);

    /// <summary>Null for what no version of Relay has written.</summary>
    public static ViewDocument? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ViewJson.Default.ViewDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ViewDocument))]
[JsonSerializable(typeof(NodeFigures))]
internal sealed partial class ViewJson : JsonSerializerContext;
