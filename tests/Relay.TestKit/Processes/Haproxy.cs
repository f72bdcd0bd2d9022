using System.Globalization;

namespace Relay.TestKit.Processes;

/// <summary>HAProxy in front of a port: it passes bytes on as they are, and tells who the client is by a header of the PROXY protocol.</summary>
public sealed class Haproxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-haproxy-");
    private RunningProcess? _process;

    private Haproxy() { }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; } = LocalPort.Free();

    /// <param name="behind">The port that it connects to.</param>
    /// <param name="option"><c>send-proxy</c> or <c>send-proxy-v2</c>.</param>
    public static async Task<Haproxy> StartAsync(int behind, string option)
    {
        var haproxy = new Haproxy();
        try
        {
            await haproxy.StartProcessAsync(behind, option);
            return haproxy;
        }
        catch
        {
            await haproxy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task StartProcessAsync(int behind, string option)
    {
        var file = Path.Combine(_folder.FullName, "haproxy.cfg");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            defaults
                mode tcp
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            listen smtp
                bind 127.0.0.1:{Port}
                server relay 127.0.0.1:{behind} {option}

            """
        );
        await File.WriteAllTextAsync(file, text);
        _process = RunningProcess.Start("haproxy", ["-db", "-f", file]);
        await Until.TrueAsync(() => LocalPort.IsListening(Port), "HAProxy listens");
    }
}
