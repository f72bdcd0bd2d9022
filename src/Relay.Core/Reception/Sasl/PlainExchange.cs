using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Sasl;

/// <summary>PLAIN (RFC 4616): [authzid] NUL authcid NUL password, in one response.</summary>
internal sealed class PlainExchange(UserDirectory users, PasswordChecker passwords) : SaslExchange
{
    public const string Name = "PLAIN";

    public override string Mechanism => Name;

    public override byte[] FirstChallenge => [];

    public override async ValueTask<SaslStep> NextAsync(byte[] response)
    {
        if (!TrySplit(response, out var authority, out var name, out var password))
        {
            return SaslStep.Malformed;
        }

        Account = users.Find(name);
        var verdict = await passwords.CheckAsync(name, Account, password);
        // Nobody may act for another. Said after the check only: a wrong password is a wrong password first.
        return authority.Length > 0 && !string.Equals(authority, name, StringComparison.OrdinalIgnoreCase)
            ? SaslStep.Failed
            : SaslStep.Of(verdict);
    }

    private static bool TrySplit(ReadOnlySpan<byte> response, out string authority, out string name, out byte[] password)
    {
        (authority, name, password) = ("", "", []);
        var first = response.IndexOf((byte)0);
        var second = first < 0 ? -1 : first + 1 + response[(first + 1)..].IndexOf((byte)0);
        if (second <= first + 1 || response[(second + 1)..].IsEmpty || response[(second + 1)..].Contains((byte)0))
        {
            return false;
        }

        password = response[(second + 1)..].ToArray();
        var isText = SaslText.TryRead(response[..first], out var forWhom) & SaslText.TryRead(response[(first + 1)..second], out var who);
        (authority, name) = (forWhom ?? "", who ?? "");
        return isText;
    }
}
