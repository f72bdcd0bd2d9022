using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>How one listener lets users in.</summary>
/// <param name="Authenticator">What all listeners share.</param>
/// <param name="Users">Those of the configuration.</param>
/// <param name="FailedLogins">What failures cost.</param>
internal sealed record LoginSettings(Authenticator Authenticator, UserDirectory Users, FailedLoginOptions FailedLogins)
{
    /// <summary>Whether AUTH is offered without TLS.</summary>
    public bool AllowClearText { get; init; }

    /// <summary>Whether MAIL needs a login.</summary>
    public bool IsRequired { get; init; }

    public bool AreOfferedTo(SessionContext context) => context.IsSecure || AllowClearText;
}
