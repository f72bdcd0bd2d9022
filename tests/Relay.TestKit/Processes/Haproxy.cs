using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Relay.TestKit.Processes;

/// <summary>HAProxy in front of a port: it passes bytes on as they are, and tells who the client is by a header of the PROXY protocol.</summary>
public sealed class Haproxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-haproxy-");
    private RunningProcess? _process;

    private Haproxy() { }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; } = LocalPort.Free();

    /// <summary>A folder of its own, for what its configuration names.</summary>
    public string Folder => _folder.FullName;

    /// <param name="behind">The port that it connects to.</param>
    /// <param name="option"><c>send-proxy</c> or <c>send-proxy-v2</c>.</param>
    public static Task<Haproxy> StartAsync(int behind, string option) =>
        StartAsync(haproxy =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                listen smtp
                    bind 127.0.0.1:{haproxy.Port}
                    server relay 127.0.0.1:{behind} {option}

                """
            )
        );

    /// <param name="configure">Writes its configuration, in which something listens on <see cref="Port"/>.</param>
    public static async Task<Haproxy> StartAsync(Func<Haproxy, string> configure)
    {
        var haproxy = new Haproxy();
        try
        {
            await haproxy.StartProcessAsync(configure(haproxy));
            return haproxy;
        }
        catch
        {
            await haproxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it answers to a command on its admin socket, <c>admin.sock</c> in <see cref="Folder"/>.</summary>
    public async Task<string> AskAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Folder, "admin.sock")));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Waits until its checks have found so many servers of a backend.</summary>
    public Task UntilUpAsync(string backend, int servers) =>
        Until.TrueAsync(
            async () =>
            {
                var lines = (await AskAsync("show stat")).Split('\n');
                return lines.Count(line =>
                        line.StartsWith(backend + ",relay", StringComparison.Ordinal) && line.Contains(",UP,", StringComparison.Ordinal)
                    ) == servers;
            },
            $"{servers} servers of {backend} are up"
        );

    /// <summary>As an operator does before a machine is touched: no new sessions, and those that are there come to their ends.</summary>
    public async Task DrainAsync(string backend, string server)
    {
        await AskAsync($"set server {backend}/{server} state drain");
        await Until.TrueAsync(
            async () => (await AskAsync("show stat")).Split('\n').Any(line => IsIdle(line, $"{backend},{server},")),
            $"{server} has no session any more"
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    // The fifth column of HAProxy's statistics: sessions that are open.
    private static bool IsIdle(string line, string server) =>
        line.StartsWith(server, StringComparison.Ordinal) && string.Equals(line.Split(',')[4], "0", StringComparison.Ordinal);

    private async Task StartProcessAsync(string configuration)
    {
        var file = Path.Combine(Folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, configuration);
        _process = RunningProcess.Start("haproxy", ["-db", "-f", file]);
        await Until.TrueAsync(() => _process.HasExited || LocalPort.IsListening(Port), "HAProxy listens");
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"HAProxy ended: {_process.Output}");
        }
    }
}
