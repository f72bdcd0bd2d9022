using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Reception.Tls;
using Relay.Core.Telemetry;

namespace Relay.Core.Reception;

/// <summary>
/// What the sessions of one listener have in common: a snapshot, taken when they begin. The embedded mailboxes use the same sessions with another
/// sink, without access rules and without a stamp.
/// </summary>
internal sealed record SmtpSettings
{
    /// <summary>Name in the greeting, the reply to EHLO and <c>Received:</c> fields.</summary>
    public required string HostName { get; init; }

    /// <summary>Name of the listener; routes may ask for it.</summary>
    public required string Listener { get; init; }

    public required IMessageSink Sink { get; init; }

    public required LimitOptions Limits { get; init; }

    public required BodyStorage Storage { get; init; }

    public required MessageIdGenerator Ids { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Who may send; null: whoever can connect.</summary>
    public AccessRules? Access { get; init; }

    /// <summary>TLS for the clients; null: clear text only.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Who may log in; null: nobody, and AUTH is not offered.</summary>
    public LoginSettings? Logins { get; init; }

    /// <summary>What clients did in the last minute; null: they may do as much as they like.</summary>
    public ClientRates? Rates { get; init; }

    /// <summary>Balancers that begin every connection with a PROXY header.</summary>
    public NetworkList ProxyProtocolFrom { get; init; } = NetworkList.Nobody;

    /// <summary>Servers that may speak for their clients by XCLIENT.</summary>
    public NetworkList XClientFrom { get; init; } = NetworkList.Nobody;

    public BareNewlineHandling BareNewlines { get; init; } = BareNewlineHandling.Reject;

    /// <summary>What EHLO offers, in that order.</summary>
    public required IReadOnlyList<SmtpExtension> Extensions { get; init; }

    /// <summary>Whether an extension is among them.</summary>
    public bool Offers<TExtension>()
        where TExtension : SmtpExtension => Extensions.OfType<TExtension>().Any();

    /// <summary>Counts what is received; null for an embedded mailbox, whose mail was counted at the front.</summary>
    public RelayMetrics? Metrics { get; init; }

    /// <summary>Whether a <c>Received:</c> field is put in front of each message.</summary>
    public bool StampReceived { get; init; } = true;
}
