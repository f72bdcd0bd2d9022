using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <summary>What became of one message of a client, from all points of view.</summary>
internal sealed class MessageStory(string id, string body)
{
    public string Id { get; } = id;

    /// <summary>As the client sent it.</summary>
    public string Body { get; } = body;

    public List<Delivery> Deliveries { get; } = [];

    /// <summary>Servers that were asked for a connection, or had one, for this message.</summary>
    public HashSet<SimulatedServer> Asked { get; } = [];

    /// <summary>Group that its recipients go to.</summary>
    public string Group { get; set; } = "default";

    /// <summary>The spool holds it.</summary>
    public bool IsOnDisk { get; set; }

    /// <summary>A bounce of it was stored.</summary>
    public bool IsBounced { get; set; }

    /// <summary>A server has said 5xx about it.</summary>
    public bool IsRefusedForGood { get; set; }

    /// <summary>The reply to the client's dot; null while there is none.</summary>
    public string? Answer { get; set; }

    /// <summary>When the choice of a server that is being made now was begun.</summary>
    public TimeSpan ChoosingSince { get; set; }
}
