using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Native;

/// <summary>The envelope goes out byte for byte as it came: what MailKit cannot carry.</summary>
internal sealed class ExactEnvelopeTests() : UpstreamSessionFixture(UpstreamClient.Native)
{
    private static readonly byte[] Body = "x\r\n"u8.ToArray();

    [TestCase("a..b@example.com")]
    [TestCase("@one.example,@two.example:r@example.com")]
    [TestCase("r@example.com.")]
    [TestCase("r@BÜCHER.example")]
    [TestCase("\"a\\\"b c\"@example.com")]
    [TestCase("r@xn--bcher-kva.example")]
    [TestCase("r%other@example.com")]
    public async Task An_odd_address_goes_out_as_it_came_as_sender_and_as_recipient(string address)
    {
        var envelope = new Envelope { Sender = new MailPath(address), Recipients = UpstreamBench.To(address) };

        var result = await SendAsync(UpstreamBench.Message(Body, envelope));

        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Accepted[0].Recipients, Is.EqualTo([$"RCPT TO:<{address}>"]));
        Assert.That(Upstream.Accepted[0].From, Does.StartWith($"MAIL FROM:<{address}>"));
    }

    [Test]
    public async Task Recipients_that_differ_in_case_are_two()
    {
        Upstream.On(Stage.Rcpt).For("A@example.com").Reply("550 5.1.1 no such");

        var result = await SendAsync(UpstreamBench.Message("a@example.com", "A@example.com"));

        Assert.That(result.Recipients.Select(reply => reply?.Code), Is.EqualTo([250, 550]));
    }

    [Test]
    public async Task An_IDN_domain_in_ASCII_needs_no_SMTPUTF8_and_the_connection_serves_on()
    {
        var session = await Bench.OpenAsync();

        await session.TransactAsync(UpstreamBench.Message("r@xn--bcher-kva.example"), default);

        Assert.That(Upstream.Accepted[0].From, Does.Not.Contain("SMTPUTF8"));
        Assert.That(session.IsReusable, Is.True);
    }

    [TestCase(DsnNotify.Never, " NOTIFY=NEVER")]
    [TestCase(DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, " NOTIFY=SUCCESS,FAILURE,DELAY")]
    [TestCase(DsnNotify.Unspecified, "")]
    public async Task What_the_client_said_of_notices_goes_out_with_its_own_original_recipient(object notify, string parameter)
    {
        var recipient = new EnvelopeRecipient(new MailPath("r@example.com"), (DsnNotify)notify, "rfc822;Old+2BName@example.com");
        var envelope = new Envelope
        {
            Sender = MailPath.Null,
            Recipients = [recipient],
            Return = DsnReturn.Full,
            EnvelopeId = "a+2Bb",
        };

        await SendAsync(UpstreamBench.Message(Body, envelope));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<> SIZE=3 ENVID=a+2Bb RET=FULL"));
        Assert.That(
            Upstream.Accepted[0].Recipients,
            Is.EqualTo([$"RCPT TO:<r@example.com>{parameter} ORCPT=rfc822;Old+2BName@example.com"])
        );
    }

    [Test]
    public async Task A_body_declared_seven_bit_stays_declared()
    {
        var envelope = new Envelope
        {
            Sender = MailPath.Null,
            Recipients = UpstreamBench.To(),
            Body = BodyType.SevenBit,
        };

        await SendAsync(UpstreamBench.Message(Body, envelope));

        Assert.That(Upstream.Accepted[0].From, Is.EqualTo("MAIL FROM:<> SIZE=3 BODY=7BIT"));
    }

    [Test]
    public async Task A_530_to_one_recipient_harms_no_other()
    {
        Upstream.On(Stage.Rcpt).For("b@example.com").Reply("530 5.7.0 authenticate");

        var result = await SendAsync(UpstreamBench.Message("a@example.com", "b@example.com", "c@example.com"));

        Assert.That(result.Recipients.Select(reply => reply?.Code), Is.EqualTo([250, 530, 250]));
        Assert.That((result.Failure, result.Dot?.Code), Is.EqualTo(((UpstreamFailure?)null, 250)));
    }
}
