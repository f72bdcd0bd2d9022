namespace Relay.Core.Configuration;

/// <summary>One SMTP server behind Relay.</summary>
public sealed record UpstreamOptions
{
    /// <summary>A server reached over the network, or an embedded mailbox. Default: <see cref="UpstreamKind.Smtp"/>.</summary>
    public UpstreamKind Kind { get; init; } = UpstreamKind.Smtp;

    /// <summary>A provider whose settings are taken for all keys that are not set beside it. Default: <see cref="UpstreamPreset.None"/>.</summary>
    public UpstreamPreset Preset { get; init; } = UpstreamPreset.None;

    /// <summary><c>host:port</c>, <c>[v6]:port</c> or <c>unix:/path</c>; the port is 25 when left out (465 with <c>Tls: Implicit</c>). Not for Capture.</summary>
    public string Address { get; init; } = "";

    /// <summary>Whether the servers behind the name of <see cref="Address"/> are looked up in DNS, each an upstream of its own. Default: <see cref="UpstreamDiscovery.None"/>.</summary>
    public UpstreamDiscovery Discover { get; init; } = UpstreamDiscovery.None;

    /// <summary>
    /// <c>host:port</c> where an agent tells how the server is, by HAProxy's agent-check protocol; <c>*:port</c> is that port of the server itself. Asked every
    /// <see cref="HealthOptions.Interval"/>. Default: unset, nobody is asked.
    /// </summary>
    public string? Agent { get; init; }

    /// <summary>Share of the mail, against the other members of the tier: 1 to 1000. Default: 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Short for <c>Priority: 1</c>. Default: false.</summary>
    public bool Backup { get; init; }

    /// <summary>Tier: 0 is used first, a higher one only while no lower one has a member in service. 0 to 99. Default: 0, or 1 with <see cref="Backup"/>.</summary>
    public int? Priority { get; init; }

    /// <summary>Connections at once, which is also deliveries at once: 1 to 10000. Default: 10.</summary>
    public int Connections { get; init; } = 10;

    /// <summary>Messages sent over one connection before it is replaced. Default: 100.</summary>
    public int MessagesPerConnection { get; init; } = 100;

    /// <summary>Age at which a connection is replaced. Default: 5 min.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Idle time after which a connection is closed. Default: 30 s.</summary>
    public TimeSpan ConnectionIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Recipients in one transaction; more are sent in further transactions. Default: no limit of ours.</summary>
    public int? RecipientsPerMessage { get; init; }

    /// <summary>
    /// Messages that it may be sent: <c>14/s</c>, <c>30/min</c>, <c>500/h</c>, <c>10000/day</c>, several at once. Never more than that in any window of that
    /// length; all servers that <see cref="Discover"/> finds share them. Default: none.
    /// </summary>
    public IReadOnlyList<string> Rates { get; init; } = [];

    /// <summary>The same for recipients. Default: none.</summary>
    public IReadOnlyList<string> RecipientRates { get; init; } = [];

    /// <summary>Time to connect, over all addresses of the name together. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for one reply before the final dot: greeting, EHLO, MAIL, RCPT, DATA. Default: 10 s, so that a hanging server leaves time for another.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for the reply to the final dot. RFC 5321 §4.5.3.2.6 asks for 10 minutes. Default: 10 min.</summary>
    public TimeSpan DotTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Which client talks to it. Default: <see cref="UpstreamClient.Native"/>.</summary>
    public UpstreamClient Client { get; init; } = UpstreamClient.Native;

    /// <summary>Use of TLS. Default: <see cref="UpstreamTls.Auto"/>.</summary>
    public UpstreamTls Tls { get; init; } = UpstreamTls.Auto;

    /// <summary><c>Verify</c>, <c>Any</c>, or the SHA-256 of the certificate in 64 hexadecimal digits (colons allowed). Default: <c>Verify</c>.</summary>
    public string Certificate { get; init; } = "Verify";

    public string? UserName { get; init; }

    [Secret]
    public string? Password { get; init; }

    /// <summary>File whose first line is the password; instead of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>
    /// The SASL mechanism to log in with, by its registered name; for <c>XOAUTH2</c> and <c>OAUTHBEARER</c> the password is an access token (RFC 7628). Default:
    /// unset, the best of those with a password that the server offers.
    /// </summary>
    public string? AuthMechanism { get; init; }

    /// <summary>Whether and how the server is told which client a message came from. Default: <see cref="Configuration.ClientIdentity.None"/>.</summary>
    public ClientIdentity ClientIdentity { get; init; } = ClientIdentity.None;

    /// <summary>Access tokens in place of the password, fetched and renewed by Relay; unset: none. <see cref="AuthMechanism"/> is <c>XOAUTH2</c> or <c>OAUTHBEARER</c> then, whichever is offered.</summary>
    public OAuth2Options? OAuth2 { get; init; }

    /// <summary>
    /// Senders whose mail it takes, as in <c>["*@example.com"]</c>; mail of others goes to other members of the group. The null sender counts only where <c>&lt;&gt;</c> or <c>*</c> is
    /// written. Default: empty, everybody's.
    /// </summary>
    public IReadOnlyList<string> SenderPatterns { get; init; } = [];

    /// <summary>Replies that ask for less, in the words of this server. Default: empty, the rules of docs/failover-and-retries.md.</summary>
    public IReadOnlyList<ThrottlePatternOptions> ThrottlePatterns { get; init; } = [];

    /// <summary>Whether it is checked while no mail works with it, as <see cref="GroupOptions.Health"/> says. Default: true; the presets say false.</summary>
    public bool ActiveChecks { get; init; } = true;

    /// <summary>Mails that a Capture upstream keeps; the oldest go first. Default: 500.</summary>
    public int CaptureLimit { get; init; } = 500;

    /// <summary>How a Capture upstream fails on purpose. Default: not at all.</summary>
    public IReadOnlyList<FaultOptions> Faults { get; init; } = [];

    /// <summary>Makes what <see cref="Faults"/> leave to chance repeatable. Default: unset.</summary>
    public int? FaultSeed { get; init; }

    /// <summary>Without what is secret: a record would print all it has into a log or the text of an exception.</summary>
    public override string ToString() => $"{nameof(UpstreamOptions)} {Address}";

    /// <summary>Whom these options lead to, where a lookup has made them out of those of a configured upstream; null otherwise.</summary>
    internal DiscoveredPeer? Peer { get; init; }

    /// <summary>The tier after <see cref="Backup"/> and <see cref="Priority"/> are both looked at.</summary>
    internal int Tier => Priority ?? (Backup ? 1 : 0);

    /// <summary>Whether both options lead to the same server as the same user: what was learned of it, and connections to it, may be kept.</summary>
    internal bool ReachSamePeerAs(UpstreamOptions other) =>
        Kind == other.Kind
        && Tls == other.Tls
        && Client == other.Client
        && ClientIdentity == other.ClientIdentity
        && string.Equals(Address, other.Address, StringComparison.Ordinal)
        && string.Equals(Peer?.TlsName, other.Peer?.TlsName, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Certificate, other.Certificate, StringComparison.Ordinal)
        && string.Equals(AuthMechanism, other.AuthMechanism, StringComparison.OrdinalIgnoreCase)
        && string.Equals(UserName, other.UserName, StringComparison.Ordinal)
        && string.Equals(Password, other.Password, StringComparison.Ordinal)
        && string.Equals(PasswordFile, other.PasswordFile, StringComparison.Ordinal)
        && Equals(OAuth2, other.OAuth2);
}

public enum UpstreamKind
{
    /// <summary>A server reached over the network.</summary>
    Smtp,

    /// <summary>An embedded mailbox: mail is kept and shown, nothing leaves the machine.</summary>
    Capture,
}

/// <summary>What is looked up in DNS to find the servers of an upstream.</summary>
public enum UpstreamDiscovery
{
    /// <summary>Nothing: the address is that of one server.</summary>
    None,

    /// <summary>A and AAAA: each address of the name is an upstream.</summary>
    Dns,

    /// <summary>SRV (RFC 2782): each target with its port is an upstream.</summary>
    Srv,

    /// <summary>MX (RFC 5321 §5.1): each exchange is an upstream.</summary>
    Mx,
}

public enum UpstreamClient
{
    /// <summary>Relay's own: the envelope goes out byte for byte, with the fewest round trips that are safe.</summary>
    Native,

    /// <summary>MailKit, for servers that get on better with it.</summary>
    MailKit,
}

/// <summary>How a server is told which client a message came from: it must trust Relay to say so.</summary>
public enum ClientIdentity
{
    /// <summary>Not at all: to the server Relay is the client.</summary>
    None,

    /// <summary>By Postfix's command, with the client's address, EHLO name and user.</summary>
    XClient,

    /// <summary>By a line of the PROXY protocol before the greeting, with the client's address.</summary>
    ProxyV1,

    /// <summary>By a header of version 2 of the PROXY protocol.</summary>
    ProxyV2,
}

public enum UpstreamTls
{
    /// <summary>STARTTLS when offered; with credentials it is required, so that a stripped STARTTLS cannot draw a password.</summary>
    Auto,

    /// <summary>Never.</summary>
    None,

    /// <summary>STARTTLS is required.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3).</summary>
    Implicit,
}
