using System.Globalization;
using Relay.TestKit.Processes;

namespace Relay.TestKit.Sinks;

/// <summary>
/// Postfix's smtp-sink: a real server that takes everything, or fails as its options say. It is a process of its own, so that it can be
/// killed, frozen and started again. What it accepted stands in a dump file that outlives it.
/// </summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly string[] _options;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-sink-");
    private RunningProcess? _process;

    /// <param name="options">Of smtp-sink, for instance <c>-r RCPT</c> (4xx to RCPT) or <c>-W .:1</c> (a second before the reply to the dot).</param>
    public SmtpSink(params string[] options)
    {
        _options = options;
        // smtp-sink gives root's rights up before it opens its files.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_111_111);
        }
    }

    public int Port { get; } = LocalPort.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Messages it ever took, refused ones too. It writes each down before it answers: who was answered finds it counted.</summary>
    public int Count => ReadSenders().Count;

    private RunningProcess Process => _process ?? throw new InvalidOperationException("The sink was not started.");

    private string DumpFile => Path.Combine(_folder.FullName, "dump");

    /// <summary>Starts it, again if it was killed, on the same port.</summary>
    public async Task StartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        string[] arguments = [.. user, "-m", "2000", "-D", DumpFile, .. _options, Address, "1000"];
        _process = RunningProcess.Start("smtp-sink", arguments);
        await Until.TrueAsync(IsListening, "smtp-sink listens");
    }

    /// <summary>SIGKILL: connections break wherever they were.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>SIGSTOP: the kernel goes on accepting connections, and nothing is ever answered.</summary>
    public void Freeze() => Process.Freeze();

    public void Thaw() => Process.Thaw();

    /// <summary>The senders of all messages it ever accepted: one entry a message.</summary>
    public IReadOnlyList<string> ReadSenders() => ReadDump("X-Mail-Args: <");

    /// <summary>The recipients of all messages it ever accepted, one entry each.</summary>
    public IReadOnlyList<string> ReadRecipients() => ReadDump("X-Rcpt-Args: <");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private string[] ReadDump(string prefix)
    {
        if (!File.Exists(DumpFile))
        {
            return [];
        }

        var lines = File.ReadLines(DumpFile).Where(line => line.StartsWith(prefix, StringComparison.Ordinal));
        return [.. lines.Select(line => line[prefix.Length..line.IndexOf('>', StringComparison.Ordinal)])];
    }

    private bool IsListening()
    {
        if (Process.HasExited)
        {
            throw new InvalidOperationException($"smtp-sink ended: {Process.Output}");
        }

        return LocalPort.IsListening(Port);
    }
}
