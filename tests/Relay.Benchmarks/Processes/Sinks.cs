using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Relay.TestKit;

namespace Relay.Benchmarks.Processes;

/// <summary>The servers behind one peer: Postfix's smtp-sink, which takes mail, counts it and drops it. Each peer has its own, so that what arrived can be told apart.</summary>
internal sealed partial class Sinks : IAsyncDisposable
{
    private readonly List<ServerProcess> _processes = [];
    private readonly List<int> _ports = [];

    private Sinks() { }

    public IReadOnlyList<int> Ports => _ports;

    public ProcessTree Tree => new([.. _processes.Select(static process => process.Id)]);

    public static async Task<Sinks> StartAsync(string owner, int count, string folder, CancellationToken cancellationToken)
    {
        var sinks = new Sinks();
        try
        {
            for (var number = 1; number <= count; number++)
            {
                await sinks.AddAsync(string.Create(CultureInfo.InvariantCulture, $"sink{number}-of-{owner}"), folder, cancellationToken);
            }

            return sinks;
        }
        catch
        {
            await sinks.DisposeAsync();
            throw;
        }
    }

    /// <summary>Messages taken so far.</summary>
    public long Taken() => _processes.Sum(static process => LastCount(process.OutputPath));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private async Task AddAsync(string name, string folder, CancellationToken cancellationToken)
    {
        var port = LocalPort.Free();
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        string[] command = [Tool.Find("smtp-sink")!, .. user, "-c", "-m", "20000", address, "4096"];
        var process = ServerProcess.Start(name, command, Path.Combine(folder, name));
        _processes.Add(process);
        _ports.Add(port);
        await process.WaitForGreetingAsync(port, cancellationToken);
    }

    /// <summary><c>smtp-sink -c</c> writes a line over itself again and again, which ends in the number of messages.</summary>
    private static long LastCount(string path)
    {
        const int Tail = 200;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(Tail, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.Latin1);
        var counts = Count().Matches(reader.ReadToEnd());
        return counts.Count == 0 ? 0 : long.Parse(counts[^1].Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"mesg=(?<number>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Count();
}
