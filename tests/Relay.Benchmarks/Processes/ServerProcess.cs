using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Relay.TestKit;

namespace Relay.Benchmarks.Processes;

/// <summary>
/// A server that runs until it is disposed. What it writes goes to a file without passing through this process, whose work would otherwise be
/// measured with it. It is ended by its id, and so are children of its that outlive it; nothing is ever ended by its name.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int Kill = 9;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly string _name;

    private ServerProcess(Process process, string name, string outputPath)
    {
        _process = process;
        _name = name;
        OutputPath = outputPath;
    }

    public int Id => _process.Id;

    /// <summary>Standard output and standard error.</summary>
    public string OutputPath { get; }

    /// <summary>Name of the one among its children that is asked to stop, where the process itself cannot be.</summary>
    public string? StopsBy { get; set; }

    public static ServerProcess Start(string name, IEnumerable<string> command, string outputPath, string? folder = null)
    {
        // exec: the shell becomes the server, under the same id.
        const string Script = "exec \"$@\" >>\"$0\" 2>&1 </dev/null";
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, outputPath, .. command]) { WorkingDirectory = folder ?? "" };
        var process = Process.Start(start) ?? throw new MeasurementException($"{name} did not start.");
        return new ServerProcess(process, name, outputPath);
    }

    /// <summary>Waits until a mail server greets at the port.</summary>
    /// <exception cref="MeasurementException">It ended, or did not greet in time.</exception>
    public async Task WaitForGreetingAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            await Until.TrueAsync(() => IsGreetingAsync(port, cancellationToken), $"{_name} greets", StartPatience);
        }
        catch (TimeoutException failure)
        {
            throw new MeasurementException($"{failure.Message} {OutputTail()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        var members = new ProcessTree([Id]).Members();
        if (!_process.HasExited)
        {
            _ = kill(members.Where(member => member.Name == StopsBy).Select(static member => member.Id).FirstOrDefault(Id), Terminate);
            await WaitForExitAsync();
        }

        foreach (var member in members.Where(static member => ProcessStat.Read(member.Id)?.StartedAt == member.StartedAt))
        {
            _ = kill(member.Id, Kill);
        }

        await WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsGreetingAsync(int port, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_process.HasExited)
        {
            throw new MeasurementException($"{_name} ended with {_process.ExitCode}: {OutputTail()}");
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), deadline.Token);
            var greeting = new byte[4];
            var length = await socket.ReceiveAsync(greeting, deadline.Token);
            return greeting.AsSpan(0, length).StartsWith("220"u8);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(StopPatience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{_name} did not end in time.");
        }
    }

    private string OutputTail()
    {
        const int Tail = 1500;
        var text = File.Exists(OutputPath) ? File.ReadAllText(OutputPath) : "";
        return text[Math.Max(0, text.Length - Tail)..].Trim();
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
