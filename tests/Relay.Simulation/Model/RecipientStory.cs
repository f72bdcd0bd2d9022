using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <summary>What became of one recipient of a message: with a spool each has a fate of its own.</summary>
internal sealed class RecipientStory(string address, string group)
{
    public string Address { get; } = address;

    /// <summary>Group that it goes to.</summary>
    public string Group { get; } = group;

    /// <summary>Servers that were asked for a connection, or had one, for it.</summary>
    public HashSet<SimulatedServer> Asked { get; } = [];

    /// <summary>When the choice of a server that is being made now was begun.</summary>
    public TimeSpan ChoosingSince { get; set; }

    /// <summary>A row of the spool names it.</summary>
    public bool IsOnDisk { get; set; }

    /// <summary>The server that its row names; null when it names none.</summary>
    public string? NamedServer { get; set; }

    /// <summary>A bounce that names it was stored.</summary>
    public bool IsBounced { get; set; }

    /// <summary>A server has said 5xx about it.</summary>
    public bool IsRefusedForGood { get; set; }
}
