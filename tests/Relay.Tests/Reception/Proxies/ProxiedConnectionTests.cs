using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Proxies;

namespace Relay.Tests.Reception.Proxies;

/// <summary>Who a client behind a balancer is taken for, and what it may do.</summary>
internal sealed class ProxiedConnectionTests : ReceptionFixture
{
    private const string Balancer = "127.0.0.9";
    private const string Local = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

    private readonly ConnectionLimiter _limiter = new();
    private readonly List<TestClient> _opened = [];

    [SetUp]
    public void TrustTheBalancer() => Settings = Settings with { ProxyProtocolFrom = new NetworkList([Balancer + "/32"]) };

    [TearDown]
    public async Task EveryPlaceIsGivenBack()
    {
        foreach (var client in _opened)
        {
            await client.DisposeAsync();
        }

        Assert.That(_limiter.Count, Is.Zero);
    }

    [Test]
    public async Task The_client_is_the_one_in_the_header()
    {
        var client = Open(Balancer);
        await client.SendRawAsync("PROXY TCP4 127.0.0.3 10.0.0.1 4660 25\r\n");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "a\r\n.");

        var (message, body) = Sink.Messages.Single();
        Assert.That(message.Origin.Client, Is.EqualTo(IPAddress.Parse("127.0.0.3")));
        Assert.That(body, Does.StartWith("Received: from me ([127.0.0.3])"));
    }

    [Test]
    public async Task Nothing_is_said_before_the_header()
    {
        var client = Open(Balancer);
        foreach (var one in "PROXY TCP4 127.0.0.3 10.0.0.1 4660 25\r")
        {
            await client.SendRawAsync(one.ToString());
            Assert.That(client.Replies.UnflushedBytes, Is.Zero);
        }

        Assert.That(Registry.Count, Is.Zero);
        await client.SendRawAsync("\nQUIT\r\n");
        Assert.That(await client.ReadToEndAsync(), Does.StartWith("220 "));
    }

    [TestCase("PROXY TCP4 192.0.2.1 10.0.0.1 4660 25\r\n", Description = "a client of no network")]
    [TestCase("PROXY TCP6 2001:db8::1 ::1 4660 25\r\n")]
    [TestCase("PROXY TCP6 ::ffff:192.0.2.1 ::1 4660 25\r\n")]
    [TestCase("PROXY UNKNOWN\r\n", Description = "the balancer's own address may relay, whoever comes through it may not")]
    [TestCase("PROXY UNKNOWN 127.0.0.1 127.0.0.1 1 25\r\n")]
    [TestCase(Local)]
    public async Task Nobody_may_relay_because_the_balancer_may(string header)
    {
        var client = Open(Balancer);
        await client.SendRawAsync(header);
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>");

        Assert.That(await client.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("550 5.7.1 "));
    }

    [Test]
    public async Task A_mapped_address_is_the_IPv4_address_that_it_is()
    {
        var client = Open(Balancer);
        await client.SendRawAsync("PROXY TCP6 ::ffff:127.0.0.3 ::1 4660 25\r\n");
        await client.ReadReplyAsync();

        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
    }

    [TestCase("EHLO me\r\n")]
    [TestCase("PROXY TCP4 1 2 3 4\r\n")]
    [TestCase("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\0")]
    public async Task What_is_no_header_closes_the_connection_without_a_word(string wire)
    {
        var client = Open(Balancer);
        await client.SendRawAsync(wire);

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        Assert.That(Log.Lines.Select(line => line.Text), Has.Some.Contains("no PROXY header"));
    }

    [Test]
    public async Task A_header_that_does_not_come_is_not_waited_for()
    {
        var client = Open(Balancer);
        await client.SendRawAsync("PROXY TCP4");
        Pass(ProxyPreamble.Timeout + TimeSpan.FromSeconds(1));

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        Assert.That(Log.Lines.Select(line => line.Text), Has.Some.Contains("no PROXY header in time"));
    }

    [Test]
    public async Task A_balancer_that_only_looks_whether_somebody_listens_is_nothing_to_talk_about()
    {
        var client = Open(Balancer);
        await client.Stream.DisposeAsync();
        await client.Session;

        Assert.That(Log.Lines.Select(line => line.Text), Has.None.Contains("no PROXY header"));
    }

    [TestCase("PROXY TCP4 127.0.0.1 10.0.0.1 4660 25\r\n")]
    [TestCase("PROXY UNKNOWN\r\n")]
    [TestCase(Local)]
    [TestCase("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\0\x01\0\x19")]
    public async Task From_others_no_header_is_taken(string header)
    {
        var client = Open("192.0.2.7");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));
        await client.SendRawAsync(header + "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n");

        Assert.That(await client.ReadToEndAsync(), Does.EndWith("550 5.7.0 The PROXY protocol is not accepted from your address\r\n"));
    }

    [Test]
    public async Task Others_are_served_without_one()
    {
        var client = Open("127.0.0.1");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));

        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
    }

    [Test]
    public async Task Limits_count_the_client_and_not_the_balancer()
    {
        Limit(limits => limits with { ConnectionsPerClient = 1 });
        var first = Open(Balancer);
        await first.SendRawAsync("PROXY TCP4 127.0.0.3 10.0.0.1 4660 25\r\n");
        Assert.That(await first.ReadReplyAsync(), Does.StartWith("220 "));
        var other = Open(Balancer);
        await other.SendRawAsync("PROXY TCP4 127.0.0.4 10.0.0.1 4660 25\r\n");
        Assert.That(await other.ReadReplyAsync(), Does.StartWith("220 "));
        var again = Open(Balancer);
        await again.SendRawAsync("PROXY TCP4 127.0.0.3 10.0.0.1 4661 25\r\n");

        Assert.That(await again.ReadToEndAsync(), Does.StartWith("421 4.7.0 "));
    }

    [Test]
    public async Task Connections_that_send_no_header_take_places_too()
    {
        Limit(limits => limits with { Connections = 1 });
        var silent = Open(Balancer);

        Assert.That(await Open(Balancer).ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        await silent.DisposeAsync();
    }

    private TestClient Open(string address)
    {
        var client = Connect(pipe => ServeAsync(pipe, IPAddress.Parse(address)));
        _opened.Add(client);
        return client;
    }

    private async Task ServeAsync(IDuplexPipe pipe, IPAddress address)
    {
        await using var connection = new DefaultConnectionContext("test")
        {
            Transport = pipe,
            RemoteEndPoint = new IPEndPoint(address, 1234),
        };
        await new SmtpConnectionHandler(_limiter) { Service = new SmtpService(Settings, Registry, Log) }.OnConnectedAsync(connection);
        await pipe.Output.CompleteAsync(); // as Kestrel does when the handler returns
        await pipe.Input.CompleteAsync();
    }
}
