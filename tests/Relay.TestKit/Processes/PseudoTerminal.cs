using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Relay.TestKit.Processes;

/// <summary>A program at a terminal: a test types, and sees what is on the screen. The terminal is that of the program <c>script</c>.</summary>
public sealed class PseudoTerminal : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TerminalScreen _screen;
    private readonly StringBuilder _raw = new();
    private readonly Task _reading;

    private PseudoTerminal(Process process, TerminalScreen screen)
    {
        (_process, _screen) = (process, screen);
        _reading = ReadAsync();
    }

    /// <summary>What somebody would see now.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    /// <summary>Everything that was written, control sequences included.</summary>
    public string Raw
    {
        get
        {
            lock (_screen)
            {
                return _raw.ToString();
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="path">A folder that programs are looked for in first.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static PseudoTerminal Start(IEnumerable<string> command, string folder, string? path = null, int width = 80, int height = 24)
    {
        var words = string.Join(' ', command.Select(static word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"));
        var start = new ProcessStartInfo(
            "script",
            [
                "-qefc",
                string.Create(CultureInfo.InvariantCulture, $"stty rows {height} cols {width}; exec env --default-signal=INT {words}"),
                "/dev/null",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = folder,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PATH"] = path is null ? start.Environment["PATH"] : $"{path}:{start.Environment["PATH"]}";
        var process = Process.Start(start) ?? throw new InvalidOperationException("script did not start.");
        process.StandardInput.AutoFlush = true;
        return new PseudoTerminal(process, new TerminalScreen(width, height));
    }

    /// <summary>As from the keyboard: <c>\r</c> is Enter, <c>\x03</c> Ctrl+C.</summary>
    public Task TypeAsync(string keys) => _process.StandardInput.WriteAsync(keys);

    /// <summary>Waits until the screen shows a text.</summary>
    /// <exception cref="TimeoutException">It never did; the message holds what it shows.</exception>
    public async Task ShowsAsync(string text)
    {
        try
        {
            await Until.TrueAsync(
                () => Screen.Contains(text, StringComparison.Ordinal),
                $"the screen shows '{text}'",
                TimeSpan.FromSeconds(60)
            );
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} It shows:\n{Screen}", exception);
        }
    }

    /// <summary>Waits until a text is gone from the screen.</summary>
    public Task HidesAsync(string text) =>
        Until.TrueAsync(() => !Screen.Contains(text, StringComparison.Ordinal), $"the screen shows no '{text}'", TimeSpan.FromSeconds(60));

    /// <returns>The exit code of the program.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await _reading.WaitAsync(TimeSpan.FromSeconds(10));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is var length and > 0)
        {
            lock (_screen)
            {
                var text = new string(buffer, 0, length);
                _raw.Append(text);
                _screen.Write(text);
            }
        }
    }
}
