using System.Globalization;
using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>
/// One of three machines with PostgreSQL, Patroni and etcd, made of loopback addresses: deploy/patroni/patroni.yml as it is shipped, with other addresses, ports and
/// folders. Patroni keeps to the user postgres, as on Debian.
/// </summary>
internal sealed class PatroniMachine : IAsyncDisposable
{
    private readonly int _number;
    private readonly PatroniPorts _ports;
    private readonly string _folder;
    private RunningProcess? _etcd;
    private RunningProcess? _patroni;

    /// <param name="number">1 to 3.</param>
    /// <param name="ports">The same on all three.</param>
    /// <param name="parent">Where its folder is made.</param>
    public PatroniMachine(int number, PatroniPorts ports, string parent)
    {
        (_number, _ports) = (number, ports);
        _folder = Path.Combine(parent, Name);
    }

    public string Name => string.Create(CultureInfo.InvariantCulture, $"pg{_number}");

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.3{_number}");

    /// <param name="certificate">Of all three, with its key.</param>
    public async Task PrepareAsync(string certificate)
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Configuration, Here(await File.ReadAllTextAsync(Repository.PathOf("deploy/patroni/patroni.yml"))));
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgresql.pem"), certificate);
        await ProcessRunner.RunAsync("chmod", ["600", Path.Combine(_folder, "postgresql.pem")]);
        await ProcessRunner.RunAsync("chown", ["-R", "postgres", _folder]);
    }

    /// <summary>Starts etcd and Patroni, for the first time or after <see cref="KillAsync"/>.</summary>
    public void Start()
    {
        var isNew = !Directory.Exists(Path.Combine(_folder, "etcd"));
        _etcd = RunningProcess.Start("etcd", EtcdOptions(isNew), Path.Combine(_folder, "etcd.log"));
        _patroni = RunningProcess.Start(
            "setpriv",
            ["--reuid=postgres", "--regid=postgres", "--clear-groups", "env", $"HOME={_folder}", "patroni", Configuration],
            Path.Combine(_folder, "patroni.log"),
            _folder
        );
    }

    /// <summary>Power is cut: Patroni, PostgreSQL and etcd die at once.</summary>
    public async Task KillAsync()
    {
        _patroni!.Kill(); // first, or it would start PostgreSQL again
        await KillPostgresAsync();
        await _patroni.DisposeAsync();
        await _etcd!.DisposeAsync();
        (_patroni, _etcd) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_patroni is not null)
        {
            await KillAsync();
        }
    }

    /// <summary>What Patroni on this machine thinks of all: name and what it is, as <c>leader</c>, <c>sync_standby</c> or <c>replica</c>, of those that run.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RolesAsync(HttpClient http)
    {
        try
        {
            using var answer = JsonDocument.Parse(
                await http.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"http://{Address}:{_ports.Rest}/cluster"))
            );
            return answer
                .RootElement.GetProperty("members")
                .EnumerateArray()
                .Where(static member => member.GetProperty("state").GetString() is "running" or "streaming")
                .ToDictionary(
                    static member => member.GetProperty("name").GetString()!,
                    static member => member.GetProperty("role").GetString()!,
                    StringComparer.Ordinal
                );
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal); // nobody answers yet
        }
    }

    private string Configuration => Path.Combine(_folder, "patroni.yml");

    private string Here(string shipped) =>
        shipped
            .Replace("name: pg1", $"name: {Name}", StringComparison.Ordinal)
            .Replace("10.0.0.31:8008", Port(Address, _ports.Rest), StringComparison.Ordinal)
            .Replace("10.0.0.31:5432", Port(Address, _ports.PostgreSql), StringComparison.Ordinal)
            .Replace(":2379", Port("", _ports.Etcd), StringComparison.Ordinal)
            .Replace("10.0.0.", "127.0.0.", StringComparison.Ordinal)
            .Replace("/var/lib/postgresql/15/relay", Path.Combine(_folder, "data"), StringComparison.Ordinal)
            .Replace("/var/lib/postgresql/.pgpass-patroni", Path.Combine(_folder, "pgpass"), StringComparison.Ordinal)
            .Replace("/usr/lib/postgresql/15/bin", PostgresServer.Programs, StringComparison.Ordinal)
            .Replace("/etc/ssl/private/postgresql.pem", Path.Combine(_folder, "postgresql.pem"), StringComparison.Ordinal)
            .Replace("/etc/ssl/private/postgresql.key", Path.Combine(_folder, "postgresql.pem"), StringComparison.Ordinal)
            // Three on one machine: they share its memory, and the folder of Debian's for local sockets has one name for a port.
            .Replace("shared_buffers: 2GB", "shared_buffers: 64MB", StringComparison.Ordinal)
            .Replace("    ssl: \"on\"\n", $"    ssl: \"on\"\n    unix_socket_directories: {_folder}\n", StringComparison.Ordinal);

    private string[] EtcdOptions(bool isNew)
    {
        var peers = Enumerable
            .Range(1, 3)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"pg{number}=http://127.0.0.3{number}:{_ports.Peers}"));
        var (own, others) = ("http://" + Port(Address, _ports.Etcd), "http://" + Port(Address, _ports.Peers));
        return
        [
            .. new[] { "--name", Name, "--data-dir", Path.Combine(_folder, "etcd") },
            .. new[] { "--listen-client-urls", own, "--advertise-client-urls", own },
            .. new[] { "--listen-peer-urls", others, "--initial-advertise-peer-urls", others },
            .. new[] { "--initial-cluster", string.Join(',', peers), "--initial-cluster-state", isNew ? "new" : "existing" },
        ];
    }

    private async Task KillPostgresAsync()
    {
        var file = Path.Combine(_folder, "data", "postmaster.pid");
        if (File.Exists(file) && (await File.ReadAllLinesAsync(file)) is [var process, ..])
        {
            await ProcessRunner.RunAsync("kill", ["-KILL", process]);
        }
    }

    private static string Port(string address, int port) => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");
}
