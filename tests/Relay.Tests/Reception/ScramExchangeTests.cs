using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Sasl;

namespace Relay.Tests.Reception;

internal sealed class ScramExchangeTests
{
    // RFC 7677 §3.
    private const string ClientNonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string First = $"n,,n=user,r={ClientNonce}";
    private const string Final = $"c=biws,r={ClientNonce}{ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private static readonly byte[] Salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");

    private readonly UserDirectory _users = new(
        new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase)
        {
            ["user"] = new UserOptions { PasswordHash = PasswordHash.Of("pencil"u8, Salt, 4096).Format() },
        },
        new byte[64]
    );

    [Test]
    public async Task The_example_of_RFC_7677_comes_out_letter_by_letter()
    {
        var exchange = new ScramExchange(_users, ServerNonce);

        Assert.That(await SayAsync(exchange, First), Is.EqualTo($"r={ClientNonce}{ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        Assert.That(await SayAsync(exchange, Final), Is.EqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        Assert.That(await SayAsync(exchange, ""), Is.EqualTo("Succeeded"));
        Assert.That(exchange.Account!.User!.Name, Is.EqualTo("user"));
    }

    [TestCase("", "Malformed")]
    [TestCase("n,,n=user", "Malformed")]
    [TestCase("n,,n=,r=abc", "Malformed")]
    [TestCase("n,,n=user,r=", "Malformed")]
    [TestCase("n,,n=us=er,r=abc", "Malformed", Description = "an equals sign that is no escape")]
    [TestCase("n,,m=ext,n=user,r=abc", "Malformed", Description = "a mandatory extension that is not known")]
    [TestCase("x,,n=user,r=abc", "Malformed")]
    [TestCase("n,b=other,n=user,r=abc", "Malformed")]
    [TestCase("p=tls-unique,,n=user,r=abc", "Failed", Description = "channel binding was not offered")]
    [TestCase("n,a=other,n=user,r=abc", "Failed", Description = "nobody may act for another")]
    [TestCase("n,a=user,n=user,r=abc", "r=abc")]
    [TestCase("y,,n=user,r=abc,x=later", "r=abc")]
    [TestCase("n,,n=nobody,r=abc", "r=abc")]
    public async Task A_first_message_is_read_strictly(string message, string expected) =>
        Assert.That(await SayAsync(new ScramExchange(_users, ServerNonce), message), Does.StartWith(expected));

    [TestCase("c=biws", "c=eSws", "Failed", Description = "another header than that of the first message")]
    [TestCase("r=rOpr", "r=rOpx", "Failed", Description = "another nonce")]
    [TestCase("p=dHzb", "p=eHzb", "Failed")]
    [TestCase("p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "p=", "Failed")]
    [TestCase("p=dHzb", "p=!Hzb", "Malformed")]
    [TestCase(",p=", ",q=", "Malformed")]
    public async Task A_final_message_must_be_the_right_one(string replace, string by, string expected)
    {
        var exchange = new ScramExchange(_users, ServerNonce);
        await SayAsync(exchange, First);

        Assert.That(await SayAsync(exchange, Final.Replace(replace, by, StringComparison.Ordinal)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Somebody_unknown_is_shown_a_salt_that_stays_the_same()
    {
        var challenges = new HashSet<string>(StringComparer.Ordinal)
        {
            await SayAsync(new ScramExchange(_users, "s"), "n,,n=nobody,r=abc"),
            await SayAsync(new ScramExchange(_users, "s"), "n,,n=NOBODY,r=abc"),
        };
        var other = await SayAsync(new ScramExchange(_users, "s"), "n,,n=nobody-else,r=abc");

        Assert.That(challenges, Has.Count.EqualTo(1));
        Assert.That(challenges.Single(), Does.Match("^r=abcs,s=[A-Za-z0-9+/]{22}==,i=4096$"), "as a user's");
        Assert.That(challenges, Does.Not.Contain(other));
    }

    [Test]
    public void Other_processes_show_other_salts()
    {
        var secret = new byte[64];
        secret[0] = 1;
        var users = new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase)
        {
            ["user"] = new UserOptions { PasswordHash = PasswordHash.Of("pencil"u8, Salt, 4096).Format() },
        };

        Assert.That(
            new UserDirectory(users, secret).Find("nobody").Hash.Salt.ToArray(),
            Is.Not.EqualTo(_users.Find("nobody").Hash.Salt.ToArray())
        );
    }

    private static async Task<string> SayAsync(SaslExchange exchange, string message)
    {
        var step = await exchange.NextAsync(Encoding.UTF8.GetBytes(message));
        return step.State == SaslState.GoesOn ? Encoding.UTF8.GetString(step.Challenge!) : step.State.ToString();
    }
}
