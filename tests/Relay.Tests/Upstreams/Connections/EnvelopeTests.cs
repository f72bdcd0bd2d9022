using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>What of the envelope goes out, and what is refused rather than changed.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class EnvelopeTests(UpstreamClient client) : UpstreamSessionFixture(client)
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
    public async Task A_message_that_requires_TLS_is_not_given_to_a_server_in_clear_text_whatever_it_offers()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["SIZE", "REQUIRETLS"] };
        var envelope = new Envelope
        {
            Sender = MailPath.Null,
            Recipients = UpstreamBench.To(),
            RequireTls = true,
        };

        var result = await SendAsync(UpstreamBench.Message(Body, envelope));

        Assert.That(result.Failure?.Kind, Is.EqualTo(UpstreamFailureKind.CannotCarry));
        Assert.That(result.Failure?.Reply?.ToString(), Does.StartWith("550 5.7.30"));
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
    public async Task Delivery_status_parameters_go_out_where_they_are_offered()
    {
        await SendAsync(UpstreamBench.Message(Body, WithDsn()));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<> SIZE=3 ENVID=id+2B4+3D7 RET=HDRS"));
        Assert.That(
            Upstream.Accepted[0].Recipients,
            // MailKit makes an ORCPT of its own where there is a NOTIFY; the client gave none.
            Is.EqualTo([
                IsNative
                    ? "RCPT TO:<a@example.com> NOTIFY=SUCCESS,DELAY"
                    : "RCPT TO:<a@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@example.com",
                "RCPT TO:<b@example.com>",
            ])
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
