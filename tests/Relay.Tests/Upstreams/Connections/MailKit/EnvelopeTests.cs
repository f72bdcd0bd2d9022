using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.MailKit;

/// <summary>What of the envelope goes out, and what is refused rather than changed.</summary>
internal sealed class EnvelopeTests : MailKitSessionFixture
{
    private static readonly byte[] Body = "x\r\n"u8.ToArray();

    [Test]
    public async Task The_null_sender_and_the_size_go_out()
    {
        await SendAsync(Mail("", "r@example.com"));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<> SIZE=3"));
    }

    [TestCase("r@example.com")]
    [TestCase("R.O+tag=x@Example.COM")]
    [TestCase("\"quoted part\"@example.com")]
    [TestCase("Postmaster")]
    [TestCase("r@[192.0.2.1]")]
    [TestCase("r@xn--bcher-kva.example")]
    public async Task An_address_goes_out_as_it_came(string address)
    {
        var result = await SendAsync(Mail(address.Contains('@', StringComparison.Ordinal) ? address : "s@example.com", address));

        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Accepted[0].Recipients, Is.EqualTo([$"RCPT TO:<{address}>"]));
        Assert.That(Upstream.Accepted[0].From, Does.Not.Contain("SMTPUTF8"));
    }

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
    public async Task SMTPUTF8_is_said_when_an_address_needs_it()
    {
        await SendAsync(Mail("bücher@example.com", "r@example.com"));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<bücher@example.com> SMTPUTF8 SIZE=3"));
    }

    [TestCase(true, BodyTraits.None)]
    [TestCase(false, BodyTraits.EightBitHeader)]
    public async Task SMTPUTF8_is_said_when_the_client_said_it_or_the_header_needs_it(bool isDeclared, BodyTraits traits)
    {
        var envelope = new Envelope
        {
            Sender = MailPath.Null,
            Recipients = UpstreamBench.To(),
            SmtpUtf8 = isDeclared,
        };

        await SendAsync(UpstreamBench.Message(Body, envelope, traits));

        Assert.That(Upstream.Accepted[0].From, Does.Contain(" SMTPUTF8"));
    }

    [Test]
    public async Task A_message_that_needs_SMTPUTF8_is_not_given_to_a_server_without_it()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["8BITMIME"] };

        var result = await SendAsync(Mail("s@example.com", "bücher@example.com"));

        Assert.That(result.Failure?.Kind, Is.EqualTo(UpstreamFailureKind.CannotCarry));
        Assert.That(result.Failure?.Reply?.ToString(), Does.StartWith("553 5.6.7"));
        Assert.That(Upstream.Commands, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task Eight_bits_are_declared_when_the_client_declared_them_and_only_then()
    {
        var session = await Bench.OpenAsync();
        var declared = new Envelope
        {
            Sender = MailPath.Null,
            Recipients = UpstreamBench.To(),
            Body = BodyType.EightBitMime,
        };

        await session.TransactAsync(UpstreamBench.Message(Body, declared), default);
        await session.TransactAsync(UpstreamBench.Message(Body, declared with { Body = BodyType.Unspecified }), default);

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<> SIZE=3 BODY=8BITMIME"));
        Assert.That(Upstream.Accepted[1].From, Is.EqualTo("MAIL FROM:<> SIZE=3"));
    }

    [Test]
    public async Task Declared_eight_bits_are_not_given_to_a_server_without_8BITMIME()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["SIZE"] };
        var envelope = new Envelope
        {
            Sender = MailPath.Null,
            Recipients = UpstreamBench.To(),
            Body = BodyType.EightBitMime,
        };

        var result = await SendAsync(UpstreamBench.Message(Body, envelope));

        Assert.That(result.Failure?.Reply?.ToString(), Does.StartWith("554 5.6.3"));
    }

    [Test]
    public async Task BDAT_is_never_used()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["CHUNKING", "BINARYMIME", "8BITMIME"] };

        await SendAsync(UpstreamBench.WithBody("Subject: a\r\n\r\n\xff\r\n"));

        Assert.That(Upstream.Commands, Has.Exactly(1).EqualTo("DATA"));
    }

    [Test]
    public async Task Delivery_status_parameters_go_out_where_they_are_offered()
    {
        await SendAsync(UpstreamBench.Message(Body, WithDsn()));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<> SIZE=3 ENVID=id+2B4+3D7 RET=HDRS"));
        Assert.That(
            Upstream.Accepted[0].Recipients,
            Is.EqualTo(["RCPT TO:<a@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@example.com", "RCPT TO:<b@example.com>"])
        );
    }

    [Test]
    public async Task Delivery_status_parameters_of_one_message_do_not_stick_to_the_next()
    {
        var session = await Bench.OpenAsync();

        await session.TransactAsync(UpstreamBench.Message(Body, WithDsn()), default);
        await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That(Upstream.Accepted[1].From, Does.Not.Contain("RET").And.Not.Contain("ENVID"));
    }

    [Test]
    public async Task Delivery_status_parameters_are_left_out_where_they_are_not_offered()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["8BITMIME"] };

        await SendAsync(UpstreamBench.Message(Body, WithDsn()));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<>"));
        Assert.That(Upstream.Accepted[0].Recipients[0], Is.EqualTo("RCPT TO:<a@example.com>"));
    }

    private static Envelope WithDsn() =>
        new()
        {
            Sender = MailPath.Null,
            EnvelopeId = "id+2B4+3D7",
            Return = DsnReturn.Headers,
            Recipients =
            [
                new EnvelopeRecipient(new MailPath("a@example.com"), DsnNotify.Success | DsnNotify.Delay),
                new EnvelopeRecipient(new MailPath("b@example.com")),
            ],
        };

    private static Transaction Mail(string sender, params string[] recipients) =>
        UpstreamBench.Message(Body, new Envelope { Sender = new MailPath(sender), Recipients = UpstreamBench.To(recipients) });
}
