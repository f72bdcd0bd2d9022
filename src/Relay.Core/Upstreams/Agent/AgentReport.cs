using System.Globalization;

namespace Relay.Core.Upstreams.Agent;

/// <summary>All that an agent has said so far: what a reply leaves out stays as it was. Immutable.</summary>
/// <param name="Since">When it last changed.</param>
internal sealed record AgentReport(DateTimeOffset Since)
{
    /// <summary>A server at 0 % gets no mail; who divides by its share must not meet a zero all the same.</summary>
    private const int LeastPercent = 1;

    /// <summary>Of the configured weight.</summary>
    public int Percent { get; init; } = 100;

    public AgentMode Mode { get; init; } = AgentMode.Ready;

    public bool IsUp { get; init; } = true;

    /// <summary>What it said beside <c>down</c>; empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Deliveries at once; null when it never said.</summary>
    public int? MaximumConnections { get; init; }

    /// <summary>Whether it has said anything yet.</summary>
    public bool HasSpoken { get; init; }

    public double Share => Math.Max(Percent, LeastPercent) / 100.0;

    /// <summary>The server gets no new mail.</summary>
    public bool KeepsBack => Mode != AgentMode.Ready || !IsUp || Percent == 0;

    /// <summary>In words; empty while it gets mail.</summary>
    public string WhyKeptBack =>
        Mode == AgentMode.Maintenance ? "its agent says maint"
        : !IsUp ? $"its agent says down{(Reason.Length > 0 ? $": {Reason}" : "")}"
        : Mode == AgentMode.Drain ? "its agent says drain"
        : Percent == 0 ? "its agent says 0%"
        : "";

    /// <summary>Takes a reply over.</summary>
    public AgentReport With(AgentReply reply, DateTimeOffset now)
    {
        var after = this with
        {
            Percent = reply.Percent ?? Percent,
            Mode = reply.Mode ?? Mode,
            IsUp = reply.IsUp ?? IsUp,
            Reason = reply.IsUp is null ? Reason : reply.Reason,
            MaximumConnections = reply.MaximumConnections ?? MaximumConnections,
            HasSpoken = HasSpoken || reply.SaysAnything,
        };
        return after == this ? this : after with { Since = now };
    }

    public override string ToString()
    {
        if (!HasSpoken)
        {
            return "no word yet";
        }

        var mode = Mode switch
        {
            AgentMode.Drain => ", drain",
            AgentMode.Maintenance => ", maint",
            _ => "",
        };
        var reason = Reason.Length > 0 ? $" ({Reason})" : "";
        var connections = MaximumConnections is { } most ? $", maxconn {most}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Percent}%{mode}, {(IsUp ? "up" : "down")}{reason}{connections}");
    }
}

/// <summary>What an agent wants done with its server.</summary>
internal enum AgentMode
{
    Ready,

    /// <summary>No new mail.</summary>
    Drain,

    /// <summary>No new mail, and no checks.</summary>
    Maintenance,
}
