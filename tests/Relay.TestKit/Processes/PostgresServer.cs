using System.Globalization;
using Npgsql;

namespace Relay.TestKit.Processes;

/// <summary>
/// A real PostgreSQL with a data folder and a port of its own. It can be stopped, killed and started again on the same port; databases are made as
/// tests need them.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The folder of its programs, of the newest version that is installed.</summary>
    public static string Programs { get; } = FindPrograms();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-postgres-");
    private readonly bool _isDurable;
    private readonly string[] _settings;
    private string[] _around = [];
    private RunningProcess? _process;
    private int _databases;

    private PostgresServer(bool isDurable, string[] settings) => (_isDurable, _settings) = (isDurable, settings);

    /// <summary>On 127.0.0.1; the same for its whole life.</summary>
    public int Port { get; } = LocalPort.Free();

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="isDurable">It waits for the disk, as in earnest; without that it is much quicker and may lose everything in a crash of the machine.</param>
    /// <param name="settings">Further ones, as <c>name=value</c>.</param>
    public static Task<PostgresServer> StartNewAsync(bool isDurable = false, params string[] settings) =>
        StartNewAsync(new PostgresServer(isDurable, settings));

    /// <summary>A server whose <see cref="CreateSmallDatabaseAsync"/> lies on a disk of its own, while its log and all else has room.</summary>
    /// <param name="size">Of that disk, as <c>mount</c> takes it; an empty database takes nearly 8 MiB.</param>
    public static Task<PostgresServer> StartWithSmallDiskAsync(string size)
    {
        var server = new PostgresServer(isDurable: true, []);
        // In a space of mounts that only its own processes see; the user of it who may mount is not yet the one that PostgreSQL runs as.
        var mount = $"mount -t tmpfs -o mode=0700,size={size} tmpfs {server.Small} && exec unshare --user --map-user=1000 -- \"$@\"";
        server._around = ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", mount, "sh"];
        Directory.CreateDirectory(server.Small);
        return StartNewAsync(server);
    }

    private static async Task<PostgresServer> StartNewAsync(PostgresServer server)
    {
        try
        {
            await server.RunAsync("chown", "-R", "nobody", server._folder.FullName);
            await server.RunAsAsync(
                "initdb",
                "-D",
                server.Data,
                "-U",
                "relay",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync"
            );
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server that follows another one, and takes its place when it is promoted.</summary>
    /// <param name="primary">Whose data it copies; durable, as it is itself.</param>
    /// <param name="name">By which the primary can name it in <c>synchronous_standby_names</c>.</param>
    public static async Task<PostgresServer> StartReplicaAsync(PostgresServer primary, string name)
    {
        var server = new PostgresServer(isDurable: true, []);
        var source = string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary.Port} user=relay application_name={name}");
        try
        {
            await server.RunAsync("chown", "nobody", server._folder.FullName);
            await server.RunAsAsync("pg_basebackup", "-D", server.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", source);
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A replica becomes a primary.</summary>
    public Task PromoteAsync() => RunAsAsync("pg_ctl", "-D", Data, "-w", "-t", "30", "promote");

    /// <summary>SIGKILL to all its processes, as when its machine dies.</summary>
    public async Task KillAsync()
    {
        Signal("KILL");
        await _process!.WaitForExitAsync(TimeSpan.FromSeconds(30));
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Of a database of this server; it is a new one with each call, and empty or as another is.</summary>
    public async Task<string> CreateDatabaseAsync(string template = "template0")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {template}");
        return ConnectionString(name);
    }

    /// <summary>The one database of <see cref="StartWithSmallDiskAsync"/> that lies on the small disk.</summary>
    public async Task<string> CreateSmallDatabaseAsync()
    {
        await ExecuteAsync("postgres", $"CREATE TABLESPACE small LOCATION '{Small}'");
        await ExecuteAsync("postgres", "CREATE DATABASE small TEMPLATE template0 TABLESPACE small");
        return ConnectionString("small");
    }

    /// <summary>Something else takes what is left of the small disk, to its last page.</summary>
    public async Task FillSmallDiskAsync()
    {
        await ExecuteAsync("small", "CREATE TABLE filler (line text); ALTER TABLE filler ALTER line SET STORAGE PLAIN");
        foreach (var rows in (int[])[1000, 100, 10, 1])
        {
            while (await TryFillAsync(rows)) { }
        }
    }

    /// <summary>And gives it back.</summary>
    public Task EmptySmallDiskAsync() => ExecuteAsync("small", "DROP TABLE filler");

    /// <summary>The file that ALTER SYSTEM writes.</summary>
    public string AutomaticConfiguration => Path.Combine(Data, "postgresql.auto.conf");

    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username=relay");

    /// <summary>Runs a statement, and returns the first column of its first row.</summary>
    public async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // Statements of tests.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async Task StartAsync()
    {
        string[] settings = _isDurable ? [] : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
        var command = AsNobody(
            _around,
            Path.Combine(Programs, "postgres"),
            [
                "-D",
                Data,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
                "-c",
                $"unix_socket_directories={_folder.FullName}",
                "-c",
                "max_connections=200",
                .. settings,
                .. _settings.SelectMany(static setting => new[] { "-c", setting }),
            ]
        );
        _process = RunningProcess.Start(command[0], command[1..]);
        await Until.TrueAsync(IsReadyAsync, "PostgreSQL takes connections", TimeSpan.FromSeconds(60));
    }

    /// <summary>Ends it in order (fast), or as a power cut would (immediate), and waits for the end.</summary>
    public async Task StopAsync(bool immediately = false)
    {
        await RunAsAsync("pg_ctl", "-D", Data, "-w", "-t", "30", "-m", immediately ? "immediate" : "fast", "stop");
        await _process!.WaitForExitAsync(TimeSpan.FromSeconds(30));
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>All its processes stand still: connections stay, and nothing answers.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await StopAsync(immediately: true);
        }

        _folder.Delete(recursive: true);
    }

    private async Task<bool> TryFillAsync(int rows)
    {
        try
        {
            var insert = string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO filler SELECT repeat('x', 8000) FROM generate_series(1, {rows})"
            );
            await ExecuteAsync("small", insert);
            return true;
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.DiskFull)
        {
            return false;
        }
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Small => Path.Combine(_folder.FullName, "small");

    private void Signal(string name)
    {
        var children = File.ReadAllText($"/proc/{_process!.Id}/task/{_process.Id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var kill = System.Diagnostics.Process.Start(
            "kill",
            [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture), .. children]
        );
        kill.WaitForExit();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"PostgreSQL ended at its start. It wrote:\n{_process.Output}");
        }

        try
        {
            await ExecuteAsync("postgres", "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task RunAsAsync(string program, params string[] arguments)
    {
        var command = AsNobody([], Path.Combine(Programs, program), arguments);
        await RunAsync(command[0], command[1..]);
    }

    private async Task RunAsync(string file, params string[] arguments)
    {
        if (string.Equals(file, "chown", StringComparison.Ordinal) && !Environment.IsPrivilegedProcess)
        {
            return;
        }

        var result = await ProcessRunner.RunAsync(file, arguments, folder: _folder.FullName);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed: {result.Output}");
        }
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private string[] AsNobody(string[] around, string program, IReadOnlyList<string> arguments) =>
        Environment.IsPrivilegedProcess
            ?
            [
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "env",
                $"HOME={_folder.FullName}",
                .. around,
                program,
                .. arguments,
            ]
            : [.. around, program, .. arguments];

    private static string FindPrograms() =>
        Directory
            .GetDirectories("/usr/lib/postgresql")
            .Select(static folder => Path.Combine(folder, "bin"))
            .Where(static folder => File.Exists(Path.Combine(folder, "postgres")))
            .MaxBy(static folder => int.Parse(Path.GetFileName(Path.GetDirectoryName(folder))!, CultureInfo.InvariantCulture))
        ?? throw new InvalidOperationException("PostgreSQL is not installed.");
}
