using System.Globalization;

namespace Relay.TestKit.Processes;

/// <summary>
/// Does what systemd does for a service with a .socket unit: it opens sockets, keeps them, and hands them to a program that it can start again and again.
/// systemd itself needs a machine of its own; systemd-socket-activate starts a program once.
/// </summary>
public sealed class SocketHolder : IAsyncDisposable
{
    // Arguments: NAME=PORT, …, "--", the program. SIGHUP starts it, unless it runs; SIGTERM ends it, or else the holder.
    private const string Script = """
        import os, signal, socket, sys

        split = sys.argv.index("--")
        given = [word.split("=") for word in sys.argv[1:split]]
        sockets = []
        for _, port in given:
            held = socket.socket()
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", int(port)))
            held.listen(64)
            sockets.append(held)

        def start():
            child = os.fork()
            if child:
                return child
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            copies = [os.dup(held.fileno()) for held in sockets]
            for index, copy in enumerate(copies):
                os.dup2(copy, 100 + index)
            for index in range(len(copies)):
                os.dup2(100 + index, 3 + index, inheritable=True)
            os.closerange(3 + len(copies), 200)
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.environ["LISTEN_FDS"] = str(len(given))
            os.environ["LISTEN_FDNAMES"] = ":".join(name for name, _ in given)
            os.execvp(sys.argv[split + 1], sys.argv[split + 1:])

        signals = [signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD]
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        print("holding", flush=True)
        child = None
        while True:
            number = signal.sigwait(signals)
            if number == signal.SIGHUP and child is None:
                child = start()
            elif number == signal.SIGTERM and child is None:
                sys.exit(0)
            elif number == signal.SIGTERM:
                os.kill(child, signal.SIGTERM)
            elif number == signal.SIGCHLD and child is not None:
                ended, status = os.waitpid(child, os.WNOHANG)
                if ended:
                    child = None
                    print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)
        """;

    private readonly RunningProcess _holder;
    private int _starts;

    private SocketHolder(RunningProcess holder) => _holder = holder;

    /// <summary>What it and the program wrote.</summary>
    public string Output => _holder.Output;

    /// <summary>Opens the sockets on 127.0.0.1; the program is not started yet.</summary>
    /// <param name="sockets">Their names and ports.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<SocketHolder> OpenAsync(IEnumerable<(string Name, int Port)> sockets, params IEnumerable<string> command)
    {
        var words = sockets.Select(static socket => string.Create(CultureInfo.InvariantCulture, $"{socket.Name}={socket.Port}"));
        var holder = new SocketHolder(RunningProcess.Start("python3", ["-c", Script, .. words, "--", .. command]));
        await Until.TrueAsync(() => holder.Output.StartsWith("holding", StringComparison.Ordinal), "the sockets are open");
        return holder;
    }

    /// <summary>Starts the program; whether it serves is for the caller to see.</summary>
    public void StartProgram()
    {
        _starts++;
        _holder.HangUp();
    }

    /// <summary>SIGTERM to the program, whose sockets stay open.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopProgramAsync()
    {
        _holder.Terminate();
        await Until.TrueAsync(() => Ends.Length == _starts, "the program has ended", TimeSpan.FromSeconds(40));
        return int.Parse(Ends[^1], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (Ends.Length < _starts)
        {
            await StopProgramAsync();
        }

        _holder.Terminate();
        await _holder.WaitForExitAsync(TimeSpan.FromSeconds(10));
        await _holder.DisposeAsync();
    }

    private string[] Ends =>
        [
            .. Output
                .Split('\n')
                .Where(static line => line.StartsWith("ended ", StringComparison.Ordinal))
                .Select(static line => line["ended ".Length..]),
        ];
}
