using System.Net.Sockets;
using Relay.Cli.Probing;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Cli;

public sealed class ProbeAdviceTests
{
    private static IEnumerable<TestCaseData> Failures()
    {
        yield return Case(
            new(
                TransactionStage.Connect,
                UpstreamFailureKind.ConnectFailed,
                Cause: new SocketException((int)SocketError.ConnectionRefused)
            ),
            "nothing listens"
        );
        yield return Case(
            new(TransactionStage.Connect, UpstreamFailureKind.ConnectFailed, Cause: new SocketException((int)SocketError.HostNotFound)),
            "does not resolve"
        );
        yield return Case(new(TransactionStage.Connect, UpstreamFailureKind.TimedOut), "block outgoing port 25", "mail.example.com");
        yield return Case(new(TransactionStage.Greeting, UpstreamFailureKind.TimedOut), "\"Tls\": \"Implicit\"", "mail.example.com:465");
        yield return Case(
            new(TransactionStage.Greeting, UpstreamFailureKind.Reply, new SmtpReply(554, null, "no")),
            "does not want this machine"
        );
        yield return Case(new(TransactionStage.StartTls, UpstreamFailureKind.TlsNotOffered), "clear text");
        yield return Case(
            new(TransactionStage.StartTls, UpstreamFailureKind.TlsFailed),
            "\"Tls\": \"StartTls\"",
            tls: UpstreamTls.Implicit
        );
        yield return Case(new(TransactionStage.Auth, UpstreamFailureKind.AuthNotOffered), "587");
        yield return Case(new(TransactionStage.Auth, UpstreamFailureKind.TokenRefused), "ClientSecret");
        yield return Case(new(TransactionStage.Auth, UpstreamFailureKind.TokenUnavailable), "HTTPS_PROXY");
        yield return Case(new(TransactionStage.Auth, UpstreamFailureKind.Reply, new SmtpReply(535, null, "no")), "UserName and Password");
    }

    [TestCaseSource(nameof(Failures))]
    public void A_failure_names_the_setting_that_may_cure_it(object failure, string advice, string address, object tls)
    {
        var upstream = new UpstreamOptions { Address = address, Tls = (UpstreamTls)tls };

        Assert.That(ProbeAdvice.For((UpstreamFailure)failure, upstream), Does.Contain(advice));
    }

    [TestCase(UpstreamFailureKind.AuthNotOffered, "neither XOAUTH2 nor OAUTHBEARER")]
    [TestCase(UpstreamFailureKind.Reply, "may it send as UserName")]
    public void With_OAuth2_the_advice_is_not_about_passwords(object kind, string advice)
    {
        var failure = new UpstreamFailure(TransactionStage.Auth, (UpstreamFailureKind)kind, new SmtpReply(535, null, "no"));

        Assert.That(
            ProbeAdvice.For(failure, new UpstreamOptions { Address = "a:587", OAuth2 = new OAuth2Options() }),
            Does.Contain(advice)
        );
    }

    [Test]
    public void There_is_no_advice_for_what_nobody_can_guess() =>
        Assert.That(
            ProbeAdvice.For(
                new UpstreamFailure(TransactionStage.Ehlo, UpstreamFailureKind.ConnectionLost),
                new UpstreamOptions { Address = "a:25" }
            ),
            Is.Null
        );

    private static TestCaseData Case(
        UpstreamFailure failure,
        string advice,
        string address = "mail.example.com:587",
        UpstreamTls tls = UpstreamTls.Auto
    ) => new TestCaseData(failure, advice, address, tls).SetArgDisplayNames(failure.Kind.ToString(), failure.Stage.ToString());
}
