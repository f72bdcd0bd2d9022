namespace Relay.Core.Configuration;

/// <summary>How long and how often upstreams are tried while the client waits.</summary>
public sealed record DeliveryOptions
{
    /// <summary>When a message counts as accepted. Default: <see cref="AcceptMode.Hybrid"/>.</summary>
    public AcceptMode Accept { get; init; } = AcceptMode.Hybrid;

    /// <summary>After this time no new attempt is started while the client waits. Default: 15 s.</summary>
    public TimeSpan InlineBudget { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Upstreams that may see one message in one run, so that a poison message cannot eject a whole group. Default: 3.</summary>
    public int AttemptsPerRun { get; init; } = 3;

    /// <summary>What becomes of a spooled message whose final dot was not answered. Default: <see cref="UncertainHandling.Retry"/>.</summary>
    public UncertainHandling Uncertain { get; init; } = UncertainHandling.Retry;

    /// <summary>Time until an uncertain message is tried again, on the same upstream. Default: 15 min.</summary>
    public TimeSpan UncertainDelay { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>What becomes of a message that may have been delivered: its final dot went out, and no reply came.</summary>
public enum UncertainHandling
{
    /// <summary>It is sent again, to the same upstream if possible: it may arrive twice.</summary>
    Retry,

    /// <summary>An operator decides.</summary>
    Hold,

    /// <summary>It counts as delivered: it may be lost.</summary>
    AssumeDelivered,
}

/// <summary>When a message counts as accepted.</summary>
public enum AcceptMode
{
    /// <summary>Upstreams are tried while the client waits; what they do not take is spooled.</summary>
    Hybrid,

    /// <summary>Spooled first, delivered from the spool.</summary>
    Queue,

    /// <summary>Never spooled: the client keeps what was not delivered.</summary>
    Proxy,
}
