using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>The header of the PROXY protocol stands before TLS, whichever way that begins: the balancer passes on what it cannot read.</summary>
internal sealed class TlsBehindABalancer : Scenario
{
    private const string Client = "127.0.0.3";
    private const string Stranger = "127.0.0.4";

    private readonly int _implicitPort = LocalPort.Free();

    [TestCase("send-proxy", "--tls-on-connect")]
    [TestCase("send-proxy-v2", "--tls-on-connect")]
    [TestCase("send-proxy", "--tls")]
    [TestCase("send-proxy-v2", "--tls")]
    public async Task The_client_is_known_by_its_own_address_and_its_mail_came_by_TLS(string option, string tls)
    {
        var (relay, sink) = await StartAsync();
        var isImplicit = tls == "--tls-on-connect";
        var front = Use(await Haproxy.StartAsync(isImplicit ? _implicitPort : relay.Port, option));
        string[] mail = ["--from", "a@example.com", "--to", "b@example.com", tls, "--local-interface"];

        var friend = await Swaks.SendAsync(front.Port, [.. mail, Client]);
        var stranger = await Swaks.SendAsync(front.Port, [.. mail, Stranger]);

        Assert.That(friend.ExitCode, Is.Zero, friend.Output);
        Assert.That(stranger.Output, Does.Contain("TLS started").And.Contain("550 5.7.1 "));
        Assert.That(sink.Messages.Single().Content, Does.StartWith($"Received: from client.test ([{Client}])"));
        Assert.That(sink.Messages.Single().Content, Does.Contain(" with ESMTPS id ").And.Contain("\ttls TLS_"));
    }

    /// <summary>Networks cut a stream anywhere, and join what was sent apart.</summary>
    [TestCase(1, true)]
    [TestCase(2, true)]
    [TestCase(1, false)]
    [TestCase(2, false)]
    public async Task Header_and_handshake_may_come_in_one_piece_or_in_many(int version, bool inOnePiece)
    {
        var (_, sink) = await StartAsync();
        using var socket = await ConnectAsync();
        await using var network = new NetworkStream(socket);
        await using var joined = new BufferedStream(network); // sends what it holds when the handshake waits for an answer
        if (inOnePiece)
        {
            await joined.WriteAsync(HeaderOf(version));
        }
        else
        {
            await SendInPiecesAsync(socket, HeaderOf(version));
        }

        await using var tls = new SslStream(joined);
        await tls.AuthenticateAsClientAsync(TrustingClient.Options());

        Assert.That(await MailAsync(tls), Does.StartWith("250 2.0.0 "));
        Assert.That(sink.Messages.Single().Content, Does.StartWith($"Received: from client.test ([{Client}])"));
    }

    [Test]
    public async Task A_balancer_that_begins_with_TLS_hears_nothing_not_even_a_certificate()
    {
        var (relay, sink) = await StartAsync();
        relay.ExpectLogged("sent something that is no PROXY header");
        using var socket = await ConnectAsync();
        await using var tls = new SslStream(new NetworkStream(socket));
        var options = TrustingClient.Options();
        var isShown = false;
        options.RemoteCertificateValidationCallback = (_, _, _, _) => isShown = true;

        Assert.That(async () => await tls.AuthenticateAsClientAsync(options), Throws.InstanceOf<IOException>());
        Assert.That(isShown, Is.False);
        Assert.That(sink.Count, Is.Zero);
        await relay.LoggedAsync("sent something that is no PROXY header");
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Who_is_not_the_balancer_may_not_say_who_it_is(int version)
    {
        var (relay, sink) = await StartAsync();
        await using var client = await RawSmtpClient.ConnectAsync(_implicitPort, Stranger);
        await client.SendAsync(HeaderOf(version));

        Assert.That(await client.IsClosedByServerAsync());
        Assert.That((await relay.WholeLogAsync()).Contains(Client, StringComparison.Ordinal), Is.False, "nobody believed it");
        Assert.That(sink.Count, Is.Zero);
    }

    private static byte[] HeaderOf(int version) =>
        version == 1
            ? Encoding.ASCII.GetBytes($"PROXY TCP4 {Client} 127.0.0.1 40000 465\r\n")
            :
            [
                .. "\r\n\r\n\0\r\nQUIT\n"u8,
                .. (byte[])[0x21, 0x11, 0, 12 + 3], // version 2, for a client; TCP over IPv4; so much follows
                .. (byte[])[127, 0, 0, 3, 127, 0, 0, 1, 0x9C, 0x40, 0x01, 0xD1],
                .. (byte[])[0x04, 0, 0], // an empty PP2_TYPE_NOOP, to be skipped
            ];

    private static async Task SendInPiecesAsync(Socket socket, byte[] bytes)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            await socket.SendAsync(bytes.AsMemory(index, 1));
        }
    }

    /// <summary>As the balancer.</summary>
    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", _implicitPort);
        return socket;
    }

    private static async Task<string> MailAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string[] lines = ["EHLO client.test", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", TestMessages.Small + "."];
        var reply = await ReadAsync(reader);
        foreach (var line in lines)
        {
            Assert.That(reply, Does.Match("^[23]"));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            reply = await ReadAsync(reader);
        }

        return reply;
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync().WaitAsync(Until.Patience) ?? "closed";
            if (line.Length < 4 || line[3] != '-')
            {
                return line;
            }
        }
    }

    private async Task<(RelayUnderTest Relay, CountingSink Sink)> StartAsync()
    {
        var folder = Keep(new TemporaryFolder());
        var file = Path.Combine(folder.Path, "relay.pem");
        using var certificate = TestCertificate.Create(["localhost"]);
        await File.WriteAllTextAsync(file, TestCertificate.Pem(certificate));
        var sink = StartCountingSink(keepMessages: true);
        var balancers = new[] { "127.0.0.1/32" };
        var configuration = new RelayConfiguration()
            .Set("Listeners:smtp:ProxyProtocolFrom", balancers)
            .Set("Listeners:smtp:Tls", "StartTls")
            .Set("Listeners:smtps:Address", $"127.0.0.1:{_implicitPort}")
            .Set("Listeners:smtps:Tls", "Implicit")
            .Set("Listeners:smtps:ProxyProtocolFrom", balancers)
            .Set("Tls:Certificates", new[] { new { Path = file } })
            .Set("Access:Networks", new[] { Client + "/32" })
            .Upstream("a", sink.Address);
        return (await StartRelayAsync(configuration), sink);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-balancer-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
