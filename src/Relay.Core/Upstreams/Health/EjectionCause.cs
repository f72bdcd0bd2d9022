namespace Relay.Core.Upstreams.Health;

/// <summary>Why a server was ejected, which decides what may bring it back.</summary>
internal enum EjectionCause
{
    /// <summary>It failed too often: a trial message or good checks.</summary>
    Failures,

    /// <summary>It refused our credentials, or does not offer AUTH: only what logs in.</summary>
    Credentials,

    /// <summary>Its certificate is not trusted: good checks, which look at it too.</summary>
    Certificate,

    /// <summary>It refuses mail that its peers take, which no check would notice: only mail.</summary>
    Refusals,
}
