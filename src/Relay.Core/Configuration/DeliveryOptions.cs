namespace Relay.Core.Configuration;

/// <summary>How long and how often upstreams are tried while the client waits.</summary>
public sealed record DeliveryOptions
{
    /// <summary>When a message counts as accepted. Unset means <see cref="AcceptMode.Proxy"/> as long as there is no spool.</summary>
    public AcceptMode? Accept { get; init; }

    /// <summary>After this time no new attempt is started while the client waits. Default: 15 s.</summary>
    public TimeSpan InlineBudget { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Upstreams that may see one message in one run, so that a poison message cannot eject a whole group. Default: 3.</summary>
    public int AttemptsPerRun { get; init; } = 3;
}

/// <summary>When a message counts as accepted (PRODUCT: accepting).</summary>
public enum AcceptMode
{
    /// <summary>Upstreams are tried while the client waits; what they do not take is spooled.</summary>
    Hybrid,

    /// <summary>Spooled first, delivered from the spool.</summary>
    Queue,

    /// <summary>Never spooled: the client keeps what was not delivered.</summary>
    Proxy,
}
