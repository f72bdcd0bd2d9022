using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using Relay.TestKit.Sasl;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>Logging in, against mechanisms of a server that has nothing in common with the client's.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class AuthenticationTests(UpstreamClient client) : UpstreamSessionFixture(client)
{
    private static readonly string[] Mechanisms = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"];
    private static readonly string[] Mutual = ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    [Test]
    public async Task The_right_password_opens_the_session(
        [ValueSource(nameof(Mechanisms))] string mechanism,
        [Values("pencil", "päss wörd", ",=%")] string password
    )
    {
        Offer(mechanism, password);
        Ask("us=er,name", password);

        var session = await Bench.OpenAsync();

        Assert.That((await session.TransactAsync(UpstreamBench.Message(), default)).Dot?.Code, Is.EqualTo(250));
        Assert.That(Tried, Is.EqualTo([mechanism]));
        Assert.That(Upstream.Logins.Single().UserName, Is.EqualTo("us=er,name"));
    }

    [TestCaseSource(nameof(Mechanisms))]
    public async Task A_wrong_password_is_told_with_its_reply_and_tried_once(string mechanism)
    {
        Offer(mechanism, "right");
        Ask("us=er,name", "wrong");

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Auth, UpstreamFailureKind.Reply)));
        Assert.That(failure.Reply?.ToString(), Is.EqualTo("535 5.7.8 wrong user or password"));
        Assert.That(Tried, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_cannot_prove_that_it_knows_the_password_gets_no_mail(
        [ValueSource(nameof(Mutual))] string mechanism,
        [Values(ServerProof.Wrong, ServerProof.Missing)] ServerProof proof
    )
    {
        Offer(mechanism, "pencil");
        Upstream.Options = Upstream.Options with { ServerProof = proof };
        Ask("us=er,name", "pencil");

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Auth, UpstreamFailureKind.Garbage)));
        Assert.That(failure.ToString(), Does.Contain(mechanism));
    }

    [TestCase("PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512", "SCRAM-SHA-512")]
    [TestCase("PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256", "SCRAM-SHA-256")]
    [TestCase("PLAIN SCRAM-SHA-1 CRAM-MD5", "SCRAM-SHA-1")]
    [TestCase("LOGIN PLAIN CRAM-MD5", "CRAM-MD5")]
    [TestCase("LOGIN PLAIN", "PLAIN")]
    public async Task In_clear_text_the_strongest_mechanism_is_taken(string offered, string taken)
    {
        Offer(offered, "pencil");
        Ask("us=er,name", "pencil");

        await Bench.OpenAsync();

        Assert.That(Tried, Is.EqualTo([taken]));
    }

    [TestCase("SCRAM-SHA-256 CRAM-MD5 PLAIN", "PLAIN")]
    [TestCase("SCRAM-SHA-256 CRAM-MD5", "SCRAM-SHA-256")]
    public async Task Within_TLS_the_simplest_mechanism_is_taken(string offered, string taken)
    {
        using var certificate = TestCertificate.SelfSigned();
        Offer(offered, "pencil");
        Upstream.Options = Upstream.Options with { Certificate = certificate };
        Ask("us=er,name", "pencil");
        Bench.Options = Bench.Options with { Tls = UpstreamTls.StartTls, Certificate = "Any" };

        await Bench.OpenAsync();

        Assert.That(Tried, Is.EqualTo([taken]));
    }

    [TestCase("XOAUTH2")]
    [TestCase("login")]
    public async Task The_mechanism_that_is_named_is_taken_and_the_password_may_be_an_access_token(string mechanism)
    {
        Offer("PLAIN LOGIN XOAUTH2 OAUTHBEARER", "ya29.token");
        Ask("us=er,name", "ya29.token");
        Upstream.Options = Upstream.Options with { UserName = "user@example.com" };
        Bench.Options = Bench.Options with { UserName = "user@example.com", AuthMechanism = mechanism };

        await Bench.OpenAsync();

        Assert.That(Tried, Is.EqualTo([mechanism.ToUpperInvariant()]));
        Assert.That(Upstream.Logins.Single(), Is.EqualTo(("user@example.com", "ya29.token")));
    }

    [TestCase("XOAUTH2")]
    public async Task A_token_that_has_expired_is_told_with_the_reply_of_the_server(string mechanism)
    {
        Offer(mechanism, "new");
        Ask("us=er,name", "old");
        Bench.Options = Bench.Options with { AuthMechanism = mechanism };

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Reply?.Code), Is.EqualTo((TransactionStage.Auth, 535)));
    }

    [Test]
    public async Task A_mechanism_that_the_server_does_not_offer_is_not_replaced_by_another()
    {
        Offer("PLAIN", "pencil");
        Ask("us=er,name", "pencil");
        Bench.Options = Bench.Options with { AuthMechanism = "SCRAM-SHA-256" };

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Kind, Tried.Length), Is.EqualTo((UpstreamFailureKind.AuthNotOffered, 0)));
    }

    /// <summary>The mechanisms that were tried, in order.</summary>
    private string[] Tried =>
        [
            .. Upstream
                .Commands.Where(static line => line.StartsWith("AUTH ", StringComparison.Ordinal))
                .Select(static line => line.Split(' ')[1]),
        ];

    private void Offer(string mechanisms, string password) =>
        Upstream.Options = new ScriptedUpstreamOptions
        {
            UserName = "us=er,name",
            Password = password,
            Mechanisms = mechanisms,
        };

    private void Ask(string user, string password) =>
        Bench.Options = Bench.Options with { Tls = UpstreamTls.None, UserName = user, Password = password };
}
