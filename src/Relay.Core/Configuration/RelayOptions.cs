namespace Relay.Core.Configuration;

/// <summary>Everything under the key <c>Relay</c>. Records hold what was written; the validator says what is wrong with it.</summary>
public sealed record RelayOptions
{
    /// <summary>The name Relay gives itself in greetings, <c>Received:</c> fields and EHLO. Default: the machine's name.</summary>
    public string HostName { get; init; } = Environment.MachineName;

    /// <summary>Where SMTP is listened for, by name. At least one.</summary>
    public IReadOnlyDictionary<string, ListenerOptions> Listeners { get; init; } =
        new Dictionary<string, ListenerOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What becomes of a message with a CR or LF that stands alone. Default: <see cref="BareNewlineHandling.Reject"/>.</summary>
    public BareNewlineHandling BareNewlines { get; init; } = BareNewlineHandling.Reject;

    public TlsOptions Tls { get; init; } = new();

    public AccessOptions Access { get; init; } = new();

    public LimitOptions Limits { get; init; } = new();

    public DeliveryOptions Delivery { get; init; } = new();

    public SpoolOptions Spool { get; init; } = new();

    public ClusterOptions Cluster { get; init; } = new();

    public RetryOptions Retry { get; init; } = new();

    public BounceOptions Bounces { get; init; } = new();

    /// <summary>Groups of upstreams that do the same job, by name. At least one.</summary>
    public IReadOnlyDictionary<string, GroupOptions> Groups { get; init; } =
        new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first route that matches a recipient decides its group. Default: everything to the group <c>default</c>, or to the only group there is.</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    public DiscoveryOptions Discovery { get; init; } = new();

    public TrailOptions Trail { get; init; } = new();

    public AdminOptions Admin { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();

    public EventOptions Events { get; init; } = new();

    /// <summary>Where events are posted to, by name.</summary>
    public IReadOnlyDictionary<string, WebhookOptions> Webhooks { get; init; } =
        new Dictionary<string, WebhookOptions>(StringComparer.OrdinalIgnoreCase);

    public PickupOptions Pickup { get; init; } = new();
}

/// <summary>What becomes of a message with a CR or LF that stands alone (RFC 5321 §2.3.8 forbids both).</summary>
public enum BareNewlineHandling
{
    /// <summary>Refused after the end of data with 554 5.6.11.</summary>
    Reject,

    /// <summary>Each is made CRLF; what goes out is never ambiguous.</summary>
    Normalize,
}
