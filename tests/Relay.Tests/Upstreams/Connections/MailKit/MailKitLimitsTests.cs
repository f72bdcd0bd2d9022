using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.MailKit;

/// <summary>Where MailKit does not do what Relay's own client does: each difference, and that it harms nobody.</summary>
internal sealed class MailKitLimitsTests() : UpstreamSessionFixture(UpstreamClient.MailKit)
{
    [Test]
    public async Task A_connection_that_carried_an_IDN_domain_in_ASCII_is_not_used_again()
    {
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(Mail("s@example.com", "r@xn--bcher-kva.example"), default);

        Assert.That(result.Failure, Is.Null);
        Assert.That(session.IsReusable, Is.False, "MailKit cannot be told again that the server offers SMTPUTF8");
    }

    [Test]
    public async Task A_source_route_is_left_out()
    {
        await SendAsync(Mail("s@example.com", "@one.example,@two.example:r@example.com"));

        Assert.That(Upstream.Accepted[0].Recipients, Is.EqualTo(["RCPT TO:<r@example.com>"]));
    }

    [Test]
    public async Task A_recipient_that_cannot_be_expressed_is_refused_by_itself()
    {
        var result = await SendAsync(Mail("s@example.com", "a..b@example.com", "r@example.com"));

        Assert.That(result.Recipients[0]?.ToString(), Does.StartWith("553 5.1.3"));
        Assert.That(result.Recipients[1]?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Accepted, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_sender_that_cannot_be_expressed_is_told_without_a_word_to_the_server()
    {
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(Mail("a..b@example.com", "r@example.com"), default);

        Assert.That((result.Failure?.Kind, result.Failure?.Reply?.Code), Is.EqualTo((UpstreamFailureKind.CannotCarry, 553)));
        Assert.That(session.IsReusable, Is.True);
        Assert.That(Upstream.Commands, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task Recipients_that_differ_in_case_share_one_reply()
    {
        Upstream.On(Stage.Rcpt).For("a@example.com").Reply("251 2.1.5 will forward");

        var result = await SendAsync(Mail("s@example.com", "a@example.com", "b@example.com", "A@example.com"));

        Assert.That(result.Recipients.Select(reply => reply?.Code), Is.EqualTo([251, 250, 251]));
        Assert.That(Upstream.Accepted[0].Recipients, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task BDAT_is_never_used()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["CHUNKING", "BINARYMIME", "8BITMIME"] };

        await SendAsync(UpstreamBench.WithBody("Subject: a\r\n\r\n\xff\r\n"));

        Assert.That(Upstream.Commands, Has.Exactly(1).EqualTo("DATA"));
    }

    [Test]
    public async Task A_530_to_one_recipient_ends_the_transaction_and_is_told()
    {
        Upstream.On(Stage.Rcpt).For("b@example.com").Reply("530 5.7.0 authenticate");

        var result = await SendAsync(UpstreamBench.Message("a@example.com", "b@example.com", "c@example.com"));

        Assert.That(result.Recipients.Select(reply => reply?.Code), Is.EqualTo([250, 530, 250]));
        Assert.That((result.Failure?.Stage, result.Failure?.Reply?.Code), Is.EqualTo((TransactionStage.Rcpt, 530)));
    }

    private static Transaction Mail(string sender, params string[] recipients) =>
        UpstreamBench.Message(
            "x\r\n"u8.ToArray(),
            new Envelope { Sender = new MailPath(sender), Recipients = UpstreamBench.To(recipients) }
        );
}
