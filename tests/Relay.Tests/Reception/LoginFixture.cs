using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;

namespace Relay.Tests.Reception;

/// <summary>Sessions with the users <c>app</c>, password <c>pencil</c>, and <c>bound</c>, likewise, who may only be <c>*@example.com</c>.</summary>
internal abstract class LoginFixture : ReceptionFixture
{
    protected const string Password = "pencil";

    /// <summary>Of <see cref="Password"/>, with few iterations.</summary>
    protected static readonly string Hash = PasswordHash
        .Of(Encoding.UTF8.GetBytes(Password), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], PasswordHash.LeastIterations)
        .Format();

    protected Authenticator Authenticator { get; private set; } = null!;

    /// <summary>Changed by a test before it calls <see cref="UseLogins"/>.</summary>
    protected AccessOptions Access { get; set; } = null!;

    protected ListenerOptions Listener { get; set; } = null!;

    [SetUp]
    public void SetUpLogins()
    {
        Authenticator = new Authenticator(Time);
        Listener = new ListenerOptions { AllowClearTextAuth = true };
        Access = new AccessOptions
        {
            Users = new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["app"] = new UserOptions { PasswordHash = Hash },
                ["bound"] = new UserOptions { PasswordHash = Hash, Senders = ["*@example.com"] },
            },
            FailedLogins = new FailedLoginOptions { Delay = TimeSpan.Zero },
        };
        UseLogins();
    }

    [TearDown]
    public void EndLogins() => Authenticator.Dispose();

    protected void UseLogins()
    {
        var logins = Authenticator.SettingsOf(Access, Listener);
        Settings = Settings with
        {
            Access = new AccessRules(Access),
            Logins = logins,
            Extensions = StandardExtensions.Create(Settings.Limits.MessageSize, logins: logins),
        };
    }

    protected void Fail(Func<FailedLoginOptions, FailedLoginOptions> change)
    {
        Access = Access with { FailedLogins = change(Access.FailedLogins) };
        UseLogins();
    }

    protected static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    protected static string Decode(string reply) => Encoding.UTF8.GetString(Convert.FromBase64String(reply[4..]));

    protected static string Plain(string user, string password = Password, string authority = "") =>
        "AUTH PLAIN " + Encode($"{authority}\0{user}\0{password}");

    /// <summary>A client of SCRAM-SHA-256 that is told the password, or the wrong one.</summary>
    /// <returns>The last reply.</returns>
    protected static async Task<string> ScramAsync(TestClient client, string user, string password)
    {
        var scram = new ScramClient(user, password);
        var first = await client.SayAsync("AUTH SCRAM-SHA-256 " + Encode(scram.First));
        if (!first.StartsWith("334 ", StringComparison.Ordinal))
        {
            return first;
        }

        var final = await client.SayAsync(Encode(scram.Final(Decode(first))));
        if (!final.StartsWith("334 ", StringComparison.Ordinal))
        {
            return final;
        }

        Assert.That(Decode(final), Is.EqualTo(scram.ExpectedSignature), "the server proves itself");
        return await client.SayAsync("");
    }
}
