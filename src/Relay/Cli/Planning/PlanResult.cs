namespace Relay.Cli.Planning;

/// <summary>What <c>relay plan</c> found out about a group.</summary>
internal sealed record PlanResult
{
    public required string Group { get; init; }

    public required string Strategy { get; init; }

    public required PlanTraffic Traffic { get; init; }

    /// <summary>Each server at the peak, with all of them there.</summary>
    public required IReadOnlyList<PlannedServer> Servers { get; init; }

    /// <summary>Messages a second that the group takes at the very most while all are there.</summary>
    public required double Capacity { get; init; }

    /// <summary>0 to 1: share of the messages that wait for a free connection at the peak.</summary>
    public required double ShareThatWaits { get; init; }

    /// <summary>How many servers would do, of which rate, with how many connections each.</summary>
    public required IReadOnlyList<PlanChoice> Choices { get; init; }

    /// <summary>What happens when each fails by itself.</summary>
    public required IReadOnlyList<PlannedFailure> Failures { get; init; }

    /// <summary>Messages an hour up to which all of it suffices.</summary>
    public required double MostPerHour { get; init; }

    public required bool Suffices { get; init; }

    /// <summary>Why not, and what to change; empty when it suffices.</summary>
    public required IReadOnlyList<string> Advice { get; init; }
}

/// <param name="PerSecond">On average.</param>
/// <param name="PeakPerSecond">At the peak.</param>
/// <param name="Redundancy">Servers that may be away.</param>
/// <param name="PeakMegabits">A second on the wire at the peak: so much comes in, and as much goes out.</param>
internal sealed record PlanTraffic(double PerHour, double PerSecond, double PeakPerSecond, int Redundancy, int Size, double PeakMegabits);

/// <param name="ReplyMs">Time of a delivery.</param>
/// <param name="IsMeasured">By a running relay; else it is assumed.</param>
/// <param name="Capacity">Messages a second at the very most.</param>
/// <param name="LimitedBy"><c>connections</c> or <c>rate</c>.</param>
/// <param name="MostPerHour">Messages that its quotas of an hour allow; null without any.</param>
/// <param name="MostPerDay">Messages that its quotas of a day allow.</param>
/// <param name="PerSecond">What it gets at the peak.</param>
/// <param name="BusyConnections">On average at the peak.</param>
/// <param name="Load">0 to 1: share of the capacity.</param>
internal sealed record PlannedServer(
    string Name,
    int Tier,
    double ReplyMs,
    bool IsMeasured,
    int Connections,
    double Capacity,
    string LimitedBy,
    double? MostPerHour,
    double? MostPerDay,
    double PerSecond,
    double BusyConnections,
    double Load
);

/// <param name="Servers">So many of them, those that may be away included.</param>
/// <param name="EachPerSecond">Messages a second that each must take.</param>
/// <param name="ConnectionsEach">That it needs for that, at the reply time of the group.</param>
internal sealed record PlanChoice(int Servers, double EachPerSecond, int ConnectionsEach);

/// <param name="Name">The one that fails.</param>
/// <param name="Loads">0 to 1 by name: load of the rest that get mail.</param>
/// <param name="WaitingPerSecond">Messages that nobody has room for.</param>
/// <param name="Queue">Messages that wait when it comes back.</param>
/// <param name="QueueBytes">And their size.</param>
/// <param name="GoneAfterSeconds">Time after its return until none waits any more, with average traffic; null when that is never.</param>
internal sealed record PlannedFailure(
    string Name,
    IReadOnlyDictionary<string, double> Loads,
    double WaitingPerSecond,
    double Queue,
    double QueueBytes,
    double? GoneAfterSeconds
);
