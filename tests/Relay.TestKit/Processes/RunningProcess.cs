using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Relay.TestKit.Processes;

/// <summary>A real program that a test runs beside itself: its output is kept, signals go to its process id, and disposing it ends it.</summary>
public sealed class RunningProcess : IAsyncDisposable
{
    /// <summary>In characters.</summary>
    private const int MostKept = 16 * 1024 * 1024;

    private readonly Process _process;
    private readonly StreamWriter? _log;
    private readonly StringBuilder _output = new();
    private readonly Task _outputEnded;

    private RunningProcess(Process process, StreamWriter? log)
    {
        _process = process;
        _log = log;
        _outputEnded = Task.WhenAll(CollectAsync(process.StandardOutput), CollectAsync(process.StandardError));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output and standard error so far, in the order they came; of very much, only the end.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="file">Its name, looked for in PATH.</param>
    /// <param name="arguments">Each is passed as it is; no shell is between.</param>
    /// <param name="logPath">Where its output is written to as well.</param>
    /// <param name="folder">Its current folder; the test's own when null.</param>
    /// <param name="environment">Set beside what the test has.</param>
    public static RunningProcess Start(
        string file,
        IEnumerable<string> arguments,
        string? logPath = null,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        // Whatever may fail comes before the start: nobody would end the process.
        var log = logPath is null ? null : new StreamWriter(logPath) { AutoFlush = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.StandardInput.Close();
        return new RunningProcess(process, log);
    }

    /// <summary>SIGTERM: please end.</summary>
    public void Terminate() => Signal(15);

    /// <summary>SIGKILL, at once and without a chance to tidy up.</summary>
    public void Kill() => Signal(9);

    /// <summary>SIGHUP: please read your configuration again.</summary>
    public void HangUp() => Signal(1);

    /// <summary>SIGSTOP: alive for the kernel, which still accepts connections for it, and dead for its peers.</summary>
    public void Freeze() => Signal(19);

    /// <summary>SIGCONT after <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal(18);

    /// <summary>Waits until the program has ended and its output is complete.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It went on for longer.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        await _process.WaitForExitAsync().WaitAsync(within);
        await _outputEnded.WaitAsync(within);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        await WaitForExitAsync(TimeSpan.FromSeconds(10));
        _process.Dispose();
        if (_log is not null)
        {
            await _log.DisposeAsync();
        }
    }

    private void Signal(int number)
    {
        if (!_process.HasExited)
        {
            _ = kill(_process.Id, number); // It may have ended in between, which is what most signals ask for.
        }
    }

    private async Task CollectAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is var length and > 0)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, length).Remove(0, Math.Max(0, _output.Length - MostKept));
                _log?.Write(buffer, 0, length);
            }
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
