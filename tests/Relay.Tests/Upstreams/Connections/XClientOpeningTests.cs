using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>A server is told by XCLIENT whom a connection is for, or it gets no mail over it.</summary>
internal sealed class XClientOpeningTests() : UpstreamSessionFixture(UpstreamClient.Native)
{
    private static readonly ForwardedClient Client = new(IPAddress.Parse("192.0.2.7"), "client.example.com", null);

    [SetUp]
    public void TellTheClient()
    {
        Bench.Options = Bench.Options with { ClientIdentity = ClientIdentity.XClient };
        Bench.Client = Client;
        Offer("NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
    }

    [Test]
    public async Task The_session_begins_anew_as_that_of_the_client()
    {
        await Bench.OpenAsync();

        Assert.That(
            Upstream.Commands,
            Is.EqualTo([
                "EHLO relay.test",
                "XCLIENT NAME=[UNAVAILABLE] ADDR=192.0.2.7 PORT=[UNAVAILABLE] HELO=client.example.com LOGIN=[UNAVAILABLE]",
                "EHLO client.example.com",
            ])
        );
    }

    [TestCase("ADDR", "XCLIENT ADDR=192.0.2.7")]
    [TestCase("addr helo", "XCLIENT ADDR=192.0.2.7 HELO=client.example.com")]
    public async Task Only_attributes_that_the_server_knows_are_sent(string offered, string command)
    {
        Offer(offered);

        await Bench.OpenAsync();

        Assert.That(Upstream.Commands, Has.One.EqualTo(command));
    }

    [TestCase("2001:db8::7", "x", null, "ADDR=IPV6:2001:db8::7 HELO=x LOGIN=[UNAVAILABLE]")]
    [TestCase("fe80::7%3", "x", null, "ADDR=IPV6:fe80::7 HELO=x LOGIN=[UNAVAILABLE]")]
    [TestCase("192.0.2.7", "[192.0.2.7]", "app", "ADDR=192.0.2.7 HELO=[192.0.2.7] LOGIN=app")]
    [TestCase("192.0.2.7", "a+b=c", "jürgen", "ADDR=192.0.2.7 HELO=a+2Bb+3Dc LOGIN=j+C3+BCrgen")]
    public async Task Values_are_written_as_XCLIENT_asks(string address, string hello, string? user, string values)
    {
        Offer("ADDR HELO LOGIN");
        Bench.Client = new ForwardedClient(IPAddress.Parse(address), hello, user);

        await Bench.OpenAsync();

        Assert.That(Upstream.Commands, Has.One.EqualTo("XCLIENT " + values));
    }

    [Test]
    public async Task A_connection_of_Relays_own_says_nothing_of_a_client()
    {
        Bench.Client = null;

        await Bench.OpenAsync();

        Assert.That(Upstream.Commands, Is.EqualTo(["EHLO relay.test"]));
    }

    [TestCase(null)]
    [TestCase("HELO LOGIN")]
    public async Task A_server_that_cannot_be_told_the_address_gets_no_mail(string? offered)
    {
        Offer(offered);

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Ehlo, UpstreamFailureKind.XClientNotOffered)));
    }

    [TestCase("550 5.7.0 not you")]
    [TestCase("501 5.5.4 bad syntax")]
    [TestCase("421 4.3.2 busy")]
    [TestCase("250 2.0.0 OK")]
    public async Task A_server_that_refuses_to_be_told_gets_no_mail(string reply)
    {
        Upstream.On(Stage.XClient).Reply(reply);

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Ehlo, UpstreamFailureKind.Reply)));
        Assert.That(failure.Reply?.ToString(), Is.EqualTo(reply));
    }

    [Test]
    public async Task What_the_server_offers_the_client_counts_and_not_what_it_offered_Relay()
    {
        Upstream.On(Stage.Ehlo).Reply("250-scripted\n250-XCLIENT ADDR\n250 SIZE 1000").Times(1);
        Upstream.On(Stage.Ehlo).Reply("250-scripted\n250 SIZE 500");

        var session = await Bench.OpenAsync();

        Assert.That(session.Capabilities.MaximumSize, Is.EqualTo(500));
    }

    [TestCase(ClientIdentity.None, false, false)]
    [TestCase(ClientIdentity.XClient, true, true)]
    [TestCase(ClientIdentity.ProxyV1, true, false)]
    [TestCase(ClientIdentity.ProxyV2, true, false)]
    public void A_connection_is_kept_for_all_that_was_told(ClientIdentity identity, bool tellsAddress, bool tellsName)
    {
        var one = Of("192.0.2.7", "one");

        Assert.That(Of("192.0.2.7", "one"), Is.EqualTo(one));
        Assert.That(Of("192.0.2.8", "one") == one, Is.EqualTo(!tellsAddress));
        Assert.That(Of("192.0.2.7", "two") == one, Is.EqualTo(!tellsName));

        ForwardedClient? Of(string address, string hello) =>
            ForwardedClient.Of(new MessageOrigin(IPAddress.Parse(address), hello, "smtp"), identity);
    }

    [Test]
    public void Mail_from_no_address_is_Relays_own()
    {
        var local = new MessageOrigin(null, "local", "smtp");

        Assert.That(ForwardedClient.Of(local, ClientIdentity.XClient), Is.Null);
        Assert.That(ForwardedClient.Of(local, ClientIdentity.ProxyV2), Is.Null);
    }

    private void Offer(string? attributes) =>
        Upstream.Options = Upstream.Options with { Extensions = attributes is null ? ["SIZE"] : ["SIZE", "XCLIENT " + attributes] };
}
