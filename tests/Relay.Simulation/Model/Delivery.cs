using System.Text;
using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <summary>One transaction as a server saw it, and how much of it Relay can know.</summary>
internal sealed class Delivery(string id, SimulatedServer server)
{
    public string Id { get; } = id;

    public SimulatedServer Server { get; } = server;

    /// <summary>Those that the server has said yes to.</summary>
    public List<RecipientStory> Recipients { get; } = [];

    public StringBuilder Body { get; } = new();

    /// <summary>Replies that say nothing about the message.</summary>
    public List<string> PutOffs { get; } = [];

    /// <summary>A bounce: nobody promised anything about it.</summary>
    public bool IsNotice => Id.Length == 0;

    /// <summary>Relay has sent the final dot, wherever it went.</summary>
    public bool IsDotOut { get; set; }

    public TimeSpan DotOutAt { get; set; }

    /// <summary>The same, by the machine's clock; the earliest that it has shown since, where it was set back.</summary>
    public TimeSpan DotOutByClock { get; set; }

    /// <summary>The greatest age that it has been taken for before the clock was set.</summary>
    public TimeSpan OldestByClock { get; set; }

    /// <summary>The server has the message.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>Relay has read the reply to the dot; null while it has not.</summary>
    public string? Answer { get; set; }

    public bool IsAnswered250 => Answer?.StartsWith("250", StringComparison.Ordinal) == true;

    /// <summary>The server may have the message, as far as Relay can know.</summary>
    public bool MayHaveIt => IsDotOut && (Answer is null || Answer[0] is not ('4' or '5'));
}
