using System.Security.Cryptography;
using System.Text;
using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Sasl;

/// <summary>The mechanisms that are offered, the best first: clients that do not choose take the first they know.</summary>
internal static class SaslMechanisms
{
    public const string Names = $"{ScramExchange.Name} {PlainExchange.Name} {LoginExchange.Name}";

    private const int NonceLength = 24;

    /// <summary>Begins a login; null for a mechanism that is not offered.</summary>
    public static SaslExchange? Begin(ReadOnlySpan<byte> mechanism, LoginSettings logins)
    {
        if (Is(mechanism, ScramExchange.Name))
        {
            return new ScramExchange(logins.Users, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength)));
        }

        var passwords = logins.Authenticator.Passwords;
        return Is(mechanism, PlainExchange.Name) ? new PlainExchange(logins.Users, passwords)
            : Is(mechanism, LoginExchange.Name) ? new LoginExchange(logins.Users, passwords)
            : null;
    }

    private static bool Is(ReadOnlySpan<byte> word, string name) => Ascii.EqualsIgnoreCase(word, name);
}
