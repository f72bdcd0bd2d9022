using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>What a claimed name leads to. For a name that nobody has there is a hash too, which no password matches.</summary>
/// <param name="Hash">What the password is checked against.</param>
/// <param name="User">Null when nobody has that name.</param>
internal sealed record Account(PasswordHash Hash, RelayUser? User);
