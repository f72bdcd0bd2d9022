using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Relay.TestKit.Processes;

namespace Relay.TestKit;

/// <summary>
/// The program itself, as a process of its own with a configuration file of its own, so that signals, kills, exit codes and ports are what an
/// operator would see.
/// </summary>
public sealed class RelayUnderTest : IAsyncDisposable
{
    private const string FileName = "relay.json";

    private static readonly ConcurrentDictionary<string, int> LogNames = new(StringComparer.Ordinal);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Of .NET, for each relay: <c>NAME=VALUE NAME=VALUE</c>. tests/run.sh sets them, and says why.</summary>
    private static readonly Dictionary<string, string> RuntimeSettings = ReadRuntimeSettings();

    private readonly DirectoryInfo _folder;
    private readonly string[] _arguments;
    private readonly string _name;
    private IReadOnlyList<string> _around;
    private RunningProcess _process;
    private string _logPath;
    private bool _isEnding;

    private RelayUnderTest(
        DirectoryInfo folder,
        string[] arguments,
        RelayConfiguration configuration,
        string name,
        IReadOnlyList<string> around
    )
    {
        (_folder, _arguments, _name, _around) = (folder, arguments, name, around);
        (_logPath, _process) = Start();
        Configuration = configuration;
        Api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{configuration.AdminPort}"), Timeout = TimeSpan.FromSeconds(20) };
    }

    public RelayConfiguration Configuration { get; }

    /// <summary>Where it takes mail, on 127.0.0.1.</summary>
    public int Port => Configuration.SmtpPort;

    /// <summary>Its HTTP side.</summary>
    public HttpClient Api { get; }

    public int ProcessId => _process.Id;

    /// <summary>The file it was started with.</summary>
    public string ConfigurationFile => Path.Combine(_folder.FullName, FileName);

    /// <summary>All it wrote so far. It writes in batches: what it has just done may not be there yet (<see cref="LoggedAsync"/>, <see cref="WholeLogAsync"/>).</summary>
    public string Log => _process.Output;

    /// <summary>Starts it and returns when it answers on its SMTP port and its admin address.</summary>
    /// <param name="configuration">Written to a file that is named with <c>--config</c>.</param>
    /// <param name="name">Names its log file.</param>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it wrote.</exception>
    /// <param name="around">A program and its arguments that runs Relay's command line behind them as the same process; <c>FOLDER</c> stands for the relay's folder.</param>
    public static async Task<RelayUnderTest> StartAsync(
        RelayConfiguration configuration,
        string name = "relay",
        params IReadOnlyList<string> around
    )
    {
        var folder = Directory.CreateTempSubdirectory("relay-test-");
        var configurationPath = Path.Combine(folder.FullName, FileName);
        await File.WriteAllTextAsync(configurationPath, configuration.ToJson());
        return await StartAsync(folder, ["run", "--config", configurationPath], configuration, name, around);
    }

    /// <summary>Starts it as a user does who configured nothing, but on free ports: the shipped appsettings.json, and the command line over it.</summary>
    public static Task<RelayUnderTest> StartShippedAsync(string name = "relay")
    {
        var ports = new RelayConfiguration();
        string[] arguments =
        [
            "run",
            $"--Relay:Listeners:smtp:Address=127.0.0.1:{ports.SmtpPort}",
            $"--Relay:Admin:Address=127.0.0.1:{ports.AdminPort}",
        ];
        return StartAsync(Directory.CreateTempSubdirectory("relay-test-"), arguments, ports, name);
    }

    /// <summary>Declares that this run writes an error or a warning of the kind <c>tests/run.sh</c> looks for, on lines that hold this text.</summary>
    public void ExpectLogged(string text) => File.AppendAllText(_logPath + ".expected", text + "\n");

    /// <summary>Waits until its log holds a text.</summary>
    /// <exception cref="TimeoutException">It never came; the message holds the log.</exception>
    public async Task LoggedAsync(string text)
    {
        try
        {
            await Until.TrueAsync(() => Log.Contains(text, StringComparison.Ordinal), $"the relay logs '{text}'");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} It wrote:\n{Log}", exception);
        }
    }

    /// <summary>Ends it, and returns all that it ever wrote: only then is it known what it did not write, or how often.</summary>
    public async Task<string> WholeLogAsync()
    {
        if (!_isEnding)
        {
            await EndAsync();
        }

        await WaitForExitAsync();
        return Log;
    }

    /// <summary>Writes what <see cref="Configuration"/> holds now into the file it was started with, at once as a careful editor does.</summary>
    public async Task WriteConfigurationAsync()
    {
        var path = ConfigurationFile;
        await File.WriteAllTextAsync(path + ".new", Configuration.ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>SIGHUP.</summary>
    public void HangUp() => _process.HangUp();

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync(TimeSpan? within = null)
    {
        BeginTerminate();
        return WaitForExitAsync(within);
    }

    /// <summary>SIGTERM without waiting.</summary>
    public void BeginTerminate()
    {
        _isEnding = true;
        _process.Terminate();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _isEnding = true;
        _process.Kill();
    }

    /// <summary>SIGSTOP: its connections stay, and nothing answers; see <see cref="Thaw"/>.</summary>
    public void Freeze() => _process.Freeze();

    public void Thaw() => _process.Thaw();

    /// <summary>SIGKILL, and the same again on what is left on disk. <see cref="Log"/> is that of the new process.</summary>
    /// <param name="withoutWhatIsAround">Nothing stands around the new process any more.</param>
    public async Task KillAndRestartAsync(bool withoutWhatIsAround = false)
    {
        _around = withoutWhatIsAround ? [] : _around;
        _process.Kill();
        await WaitForExitAsync();
        await _process.DisposeAsync();
        var expected = _logPath + ".expected";
        (_logPath, _process) = Start();
        if (File.Exists(expected))
        {
            File.Copy(expected, _logPath + ".expected", overwrite: true);
        }

        await Until.TrueAsync(IsReady, "the relay is ready again", TimeSpan.FromSeconds(60));
    }

    public Task<int> WaitForExitAsync(TimeSpan? within = null) => _process.WaitForExitAsync(within ?? TimeSpan.FromSeconds(40));

    /// <summary>The upstreams as <c>GET /api/v1/upstreams</c> shows them, by name.</summary>
    public async Task<IReadOnlyDictionary<string, ListedUpstream>> GetUpstreamsAsync()
    {
        var upstreams = await Api.GetFromJsonAsync<ListedUpstream[]>("/api/v1/upstreams", Json);
        return upstreams!.ToDictionary(static upstream => upstream.Name, StringComparer.Ordinal);
    }

    /// <summary>Waits until an upstream is shown in a state.</summary>
    public Task WaitForStateAsync(string upstream, string state) =>
        Until.TrueAsync(
            async () => string.Equals((await GetUpstreamsAsync())[upstream].State, state, StringComparison.Ordinal),
            $"{upstream} is {state}"
        );

    public async ValueTask DisposeAsync()
    {
        try
        {
            await WholeLogAsync();
        }
        finally
        {
            await _process.DisposeAsync();
            Api.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    private static async Task<RelayUnderTest> StartAsync(
        DirectoryInfo folder,
        string[] arguments,
        RelayConfiguration configuration,
        string name,
        params IReadOnlyList<string> around
    )
    {
        var relay = new RelayUnderTest(folder, arguments, configuration, name, around);
        try
        {
            await Until.TrueAsync(relay.IsReady, "the relay is ready", TimeSpan.FromSeconds(60));
            return relay;
        }
        catch
        {
            relay.Kill(); // There may be nobody to be asked politely.
            await relay.DisposeAsync();
            throw;
        }
    }

    private (string LogPath, RunningProcess Process) Start()
    {
        var logPath = NewLogPath(_folder, _name);
        string[] command =
        [
            .. _around.Select(word => word.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal)),
            "dotnet",
            Repository.Program,
            .. _arguments,
        ];
        return (logPath, RunningProcess.Start(command[0], command[1..], logPath, _folder.FullName, RuntimeSettings));
    }

    private static Dictionary<string, string> ReadRuntimeSettings() =>
        (Environment.GetEnvironmentVariable("RELAY_RUNTIME_SETTINGS") ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static setting => setting.Split('=', 2))
            .ToDictionary(static setting => $"DOTNET_{setting[0]}", static setting => setting[1], StringComparer.Ordinal);

    // tests/run.sh collects the logs in one folder and looks through them when all tests have run.
    private static string NewLogPath(DirectoryInfo folder, string name)
    {
        var collected = Environment.GetEnvironmentVariable("RELAY_TEST_LOGS");
        var fileName = string.Concat(name.Select(static character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        var number = LogNames.AddOrUpdate(fileName, 1, static (_, last) => last + 1);
        var logs = string.IsNullOrEmpty(collected) ? folder : Directory.CreateDirectory(collected);
        return Path.Combine(logs.FullName, $"{fileName}-{number}.log");
    }

    // What a message borrowed is given back when it is settled; what is not is lost for good. And ending the relay the polite way lets other
    // leaks come to light at the end of every test.
    private async Task EndAsync()
    {
        await Until.TrueAsync(HasEverythingBackAsync, $"all connections are given back; the relay wrote:\n{Log}");
        BeginTerminate();
    }

    private async Task<bool> HasEverythingBackAsync()
    {
        var upstreams = await GetUpstreamsAsync();
        return upstreams.Values.All(static upstream => upstream.InFlight == 0 && upstream.Connections == upstream.Idle);
    }

    private bool IsReady()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The relay ended at its start. It wrote:\n{Log}");
        }

        return LocalPort.IsListening(Configuration.SmtpPort) && LocalPort.IsListening(Configuration.AdminPort);
    }
}

/// <summary>One element of <c>GET /api/v1/upstreams</c>, as far as tests look at it.</summary>
public sealed record ListedUpstream(
    string Group,
    string Name,
    string State,
    int Weight,
    bool Backup,
    int InFlight,
    int Connections,
    int Idle,
    long Delivered,
    long Deferred,
    long Rejected,
    long Failed,
    long Uncertain,
    string? Agent = null,
    double? PacePerSecond = null,
    long Throttled = 0,
    string Reason = ""
);
