namespace Relay.Core.Configuration;

/// <summary>What webhooks tell of. The names are written in lower camel case in events.</summary>
public enum EventKind
{
    /// <summary>An upstream is out of use after failures of mail or of checks.</summary>
    Ejected,

    /// <summary>An upstream is used again.</summary>
    Recovered,

    /// <summary>An upstream refused Relay's credentials.</summary>
    CredentialsRefused,

    /// <summary>The certificate of an upstream is not trusted.</summary>
    CertificateRefused,

    /// <summary>A quota of an upstream is used up, or it has asked for a pause.</summary>
    Quota,

    /// <summary>None of a group's upstreams takes mail.</summary>
    GroupDown,

    /// <summary>One of them does again.</summary>
    GroupUp,

    /// <summary>Much mail waits, or waits for long (<see cref="EventOptions"/>).</summary>
    QueueGrowing,

    /// <summary>That is over.</summary>
    QueueNormal,

    /// <summary>Senders were told that mail could not be delivered.</summary>
    Bounce,

    /// <summary>The spool does not work, or is full.</summary>
    SpoolTrouble,

    /// <summary>It works again, and has room.</summary>
    SpoolRecovered,

    /// <summary>A certificate that is shown to clients ends soon, or has ended.</summary>
    CertificateExpires,

    /// <summary>A changed configuration was not taken over.</summary>
    ConfigurationRefused,
}
