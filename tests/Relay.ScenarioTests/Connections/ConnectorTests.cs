using System.Net;
using System.Net.Sockets;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using TlsMode = Relay.Core.Configuration.UpstreamTls;

namespace Relay.ScenarioTests.Connections;

internal sealed class ConnectorTests
{
    [Test]
    public async Task A_connection_has_no_delay()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();

        await using var stream = await new TcpConnector("127.0.0.1", upstream.Port).ConnectAsync(default);

        Assert.That(((NetworkStream)stream).Socket.NoDelay, Is.True, "under Nagle's algorithm a connection does 23 messages a second");
    }

    [Test]
    public async Task All_addresses_of_a_name_are_tried()
    {
        // localhost has ::1 on most machines, where nobody listens.
        await using var upstream = await ScriptedUpstream.StartAsync();

        await using var stream = await new TcpConnector("localhost", upstream.Port).ConnectAsync(default);

        Assert.That(((NetworkStream)stream).Socket.Connected, Is.True);
    }

    [Test]
    public async Task An_address_that_answers_nothing_does_not_keep_the_others_waiting()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        using var silent = SilentAddress.At(new IPEndPoint(IPAddress.Parse("127.0.0.2"), upstream.Port));
        var clock = new TestClock();
        var connector = new TcpConnector("mail.example.com", upstream.Port, [silent.Address, IPAddress.Loopback], clock);

        var connecting = connector.ConnectAsync(default).AsTask();
        clock.Advance(AddressRace.AttemptDelay);
        await using var stream = await connecting;

        Assert.That(((NetworkStream)stream).Socket.RemoteEndPoint, Is.EqualTo(new IPEndPoint(IPAddress.Loopback, upstream.Port)));
    }

    [Test]
    public async Task A_port_where_nobody_listens_is_told_as_such()
    {
        var upstream = await ScriptedUpstream.StartAsync();
        await upstream.DisposeAsync();
        await using var bench = UpstreamBench.Tcp(new UpstreamOptions { Address = upstream.Address });

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Connect, UpstreamFailureKind.ConnectFailed)));
    }

    [Test]
    public async Task A_name_that_does_not_exist_is_told_as_such()
    {
        await using var bench = UpstreamBench.Tcp(new UpstreamOptions { Address = "does-not-exist.invalid:25" });

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Connect, UpstreamFailureKind.ConnectFailed)));
    }

    [Test]
    public async Task A_unix_socket_is_reached()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            var connector = NetworkConnectors.Create(new UpstreamOptions { Address = "unix:" + path });
            await using var stream = await connector.ConnectAsync(default);

            Assert.That(((NetworkStream)stream).Socket.Connected, Is.True);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("mail.example.com", TlsMode.Auto, 25)]
    [TestCase("mail.example.com", TlsMode.Implicit, 465)]
    [TestCase("mail.example.com:2525", TlsMode.Implicit, 2525)]
    public void The_port_depends_on_TLS_when_it_is_not_written(string address, TlsMode tls, int port)
    {
        Assert.That(NetworkConnectors.AddressOf(new UpstreamOptions { Address = address, Tls = tls }).Port, Is.EqualTo(port));
    }

    [Test]
    public async Task A_connection_that_is_not_wanted_any_more_is_given_up()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.That(
            async () =>
                await new TcpConnector("127.0.0.1", ((IPEndPoint)full.LocalEndPoint!).Port).ConnectAsync(new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }
}
