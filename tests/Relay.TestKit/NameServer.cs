using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Relay.TestKit.Processes;

namespace Relay.TestKit;

/// <summary>
/// A real name server (NSD) with zones of its own on a free port of 127.0.0.1. Its records are changed by writing them anew and starting it again, during which it is away
/// for a moment, as name servers are.
/// </summary>
public sealed class NameServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-dns-");
    private RunningProcess? _process;
    private int _serial;

    public int Port { get; } = LocalPort.Free();

    /// <summary>As an element of <c>Discovery:DnsServers</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Starts it with the zone <c>relay.test</c>. Names outside are refused; those of <c>broken.test</c>, a zone without a file, are SERVFAIL.</summary>
    /// <param name="records">In the form of zone files: <c>pool 1 IN A 127.0.0.2</c>.</param>
    public static async Task<NameServer> StartAsync(params string[] records)
    {
        var server = new NameServer();
        await server.ServeAsync(records);
        return server;
    }

    /// <summary>From now on it has these records and no others.</summary>
    public async Task ServeAsync(params string[] records)
    {
        await StopAsync();
        string[] head =
        [
            "$ORIGIN relay.test.",
            "$TTL 1",
            string.Create(CultureInfo.InvariantCulture, $"@ IN SOA ns.relay.test. hostmaster.relay.test. {++_serial} 3600 600 86400 1"),
            "@ IN NS ns.relay.test.",
            "ns IN A 127.0.0.1",
        ];
        await File.WriteAllLinesAsync(PathOf("relay.zone"), [.. head, .. records]);
        await File.WriteAllTextAsync(PathOf("nsd.conf"), Configuration());
        _process = RunningProcess.Start("nsd", ["-d", "-c", PathOf("nsd.conf")]);
        await Until.TrueAsync(IsAnsweringAsync, "nsd answers");
    }

    /// <summary>Ends it. SIGTERM, for it has processes of its own.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Terminate();
            await process.WaitForExitAsync(TimeSpan.FromSeconds(20));
            await process.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private string Configuration() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            server:
              ip-address: 127.0.0.1@{Port}
              username: ""
              chroot: ""
              zonesdir: "{_folder.FullName}"
              database: ""
              pidfile: "{PathOf("nsd.pid")}"
              xfrdfile: "{PathOf("xfrd.state")}"
              xfrdir: "{_folder.FullName}"
              zonelistfile: "{PathOf("zone.list")}"
              cookie-secret-file: "{PathOf("cookies")}"
              server-count: 1
              rrl-ratelimit: 0
            remote-control:
              control-enable: no
            zone:
              name: relay.test
              zonefile: relay.zone
            zone:
              name: broken.test
              zonefile: missing.zone

            """
        );

    /// <summary>Asks for the SOA of its zone.</summary>
    private async Task<bool> IsAnsweringAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"nsd ended: {_process.Output}");
        }

        byte[] query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, .. "relay"u8, 4, .. "test"u8, 0, 0, 6, 0, 1];
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.SendAsync(query, new IPEndPoint(IPAddress.Loopback, Port), patience.Token);
            var reply = await socket.ReceiveAsync(patience.Token);
            return (reply.Buffer[3] & 15) == 0;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false; // not yet
        }
    }
}
