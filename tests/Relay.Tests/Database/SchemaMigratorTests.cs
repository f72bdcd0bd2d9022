namespace Relay.Tests.Database;

public sealed class SchemaMigratorTests
{
    [Test]
    public async Task Nodes_that_start_together_on_an_empty_database_make_its_schema_once()
    {
        var connectionString = await Postgres.NewEmptyDatabaseAsync();
        var nodes = Enumerable.Range(0, 4).Select(_ => Postgres.Open(connectionString)).ToList();

        await Task.WhenAll(nodes.Select(static node => node.StartAsync(default)));
        await Task.WhenAll(nodes.Select(static node => node.Ready.WaitAsync(TimeSpan.FromSeconds(30))));

        Assert.That(nodes.Select(static node => node.WhyAway), Is.All.Null);
        Assert.That(await ScalarAsync(connectionString, "SELECT COUNT(*) FROM node"), Is.Zero);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Test]
    public async Task A_newer_schema_that_only_adds_is_worked_with()
    {
        var connectionString = await Postgres.NewDatabaseAsync();
        await ScalarAsync(connectionString, "INSERT INTO migration (number, name) VALUES (900, 'later') RETURNING 1");

        await using var database = Postgres.Open(connectionString);
        await database.StartAsync(default);

        await database.Ready.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task A_newer_schema_that_breaks_with_this_program_is_refused_and_left_alone()
    {
        var connectionString = await Postgres.NewDatabaseAsync();
        await ScalarAsync(connectionString, "INSERT INTO migration (number, name, least) VALUES (900, 'later', 900) RETURNING 1");

        await using var database = Postgres.Open(connectionString);
        await database.StartAsync(default);

        await TestKit.Until.TrueAsync(() => database.WhyAway!.Contains("newer version", StringComparison.Ordinal), "it is refused");
        Assert.That(database.Ready.IsCompleted, Is.False);
    }

    private static async Task<long> ScalarAsync(string connectionString, string sql) =>
        Convert.ToInt64(await Postgres.ExecuteAsync(connectionString, sql), System.Globalization.CultureInfo.InvariantCulture);
}
