using System.Globalization;
using Npgsql;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Three machines with the shipped sample of Patroni, and the database of docs/cluster.md in them.</summary>
internal sealed class PatroniMachines : IAsyncDisposable
{
    private const string RelayPassword = "secret-of-relay";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-patroni-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly PatroniPorts _ports = PatroniPorts.Free();
    private readonly List<PatroniMachine> _machines;

    private PatroniMachines() =>
        _machines = [.. Enumerable.Range(1, 3).Select(number => new PatroniMachine(number, _ports, _folder.FullName))];

    /// <summary>What docs/cluster.md has a node say.</summary>
    public string ConnectionString => string.Join(';', To("relay", RelayPassword), "Database=relay");

    public static async Task<PatroniMachines> StartAsync()
    {
        var machines = new PatroniMachines();
        try
        {
            await machines.StartAllAsync();
            return machines;
        }
        catch
        {
            await machines.DisposeAsync();
            throw;
        }
    }

    /// <summary>The machine whose PostgreSQL is the primary.</summary>
    public async Task<PatroniMachine> LeaderAsync() => await FindLeaderAsync() ?? throw new InvalidOperationException("No machine leads.");

    /// <summary>Waits until all of them run, one as leader and one as its synchronous replica.</summary>
    /// <param name="machines">How many.</param>
    public Task UntilRunningAsync(int machines) =>
        Until.TrueAsync(
            async () =>
                await RolesAsync() is var roles
                && roles.Count == machines
                && roles.Values.Contains("leader", StringComparer.Ordinal)
                && roles.Values.Contains("sync_standby", StringComparer.Ordinal),
            $"{Number(machines)} machines run",
            Patience
        );

    /// <summary>Runs a statement at the primary, and returns the first column of its first row.</summary>
    public async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var source = new NpgsqlDataSourceBuilder(
            To("postgres", "change-me") + $";Database={database};Pooling=false"
        ).BuildMultiHost();
        await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Primary);
#pragma warning disable CA2100 // Statements of tests.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
        {
            await machine.DisposeAsync();
        }

        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartAllAsync()
    {
        await ProcessRunner.RunAsync("chmod", ["755", _folder.FullName]); // PostgreSQL's user passes through it
        using var authority = TestCertificate.Create(["Authority of the databases"], isAuthority: true);
        using var certificate = TestCertificate.Create([.. _machines.Select(static machine => machine.Address)], issuer: authority);
        await File.WriteAllTextAsync(AuthorityFile, authority.ExportCertificatePem());
        foreach (var machine in _machines)
        {
            await machine.PrepareAsync(TestCertificate.Pem(certificate));
        }

        _machines.ForEach(static machine => machine.Start());
        await UntilRunningAsync(3);
        await ExecuteAsync("postgres", $"CREATE ROLE relay LOGIN PASSWORD '{RelayPassword}'");
        await ExecuteAsync("postgres", "CREATE DATABASE relay OWNER relay ENCODING 'UTF8' TEMPLATE template0");
    }

    private async Task<PatroniMachine?> FindLeaderAsync()
    {
        var roles = await RolesAsync();
        return _machines.Find(machine => roles.GetValueOrDefault(machine.Name) == "leader");
    }

    // As the first that answers tells it.
    private async Task<IReadOnlyDictionary<string, string>> RolesAsync()
    {
        IReadOnlyDictionary<string, string> roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var machine in _machines)
        {
            roles = await machine.RolesAsync(_http);
            if (roles.Count > 0)
            {
                break;
            }
        }

        return roles;
    }

    private string To(string user, string password)
    {
        var hosts = string.Join(
            ',',
            _machines.Select(machine => string.Create(CultureInfo.InvariantCulture, $"{machine.Address}:{_ports.PostgreSql}"))
        );
        return $"Host={hosts};Target Session Attributes=primary;Username={user};Password={password};SSL Mode=VerifyFull;Root Certificate={AuthorityFile}";
    }

    private string AuthorityFile => Path.Combine(_folder.FullName, "authority.pem");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
