using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Sasl;

/// <summary>LOGIN: never an RFC, but all that some printers and old mail programs know. The name, then the password, each asked for.</summary>
internal sealed class LoginExchange(UserDirectory users, PasswordChecker passwords) : SaslExchange
{
    public const string Name = "LOGIN";

    private string? _name;

    public override string Mechanism => Name;

    // Clients compare these prompts letter by letter.
    public override byte[] FirstChallenge => "Username:"u8.ToArray();

    public override async ValueTask<SaslStep> NextAsync(byte[] response)
    {
        if (response.Length == 0)
        {
            return SaslStep.Malformed;
        }

        if (_name is null)
        {
            return SaslText.TryRead(response, out _name) ? SaslStep.Ask("Password:"u8.ToArray()) : SaslStep.Malformed;
        }

        Account = users.Find(_name);
        return SaslStep.Of(await passwords.CheckAsync(_name, Account, response));
    }
}
