using System.Globalization;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.PostgreSql;
using Relay.TestKit;
using Relay.TestKit.Processes;
using Relay.Tests.Database;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>Mail that comes and goes leaves the database as small as what is in it at a time.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ChurnTests
{
    private const int AtATime = 500;
    private const int Size = 4000;
    private const int Parts = 5;
    private const int RoundsOfAPart = 4;

    private const string Sizes = "pg_total_relation_size('delivery') + pg_total_relation_size('body')";

    // Of the three: rows, bodies, and the table in which PostgreSQL keeps large values of these.
    private const string LeastVacuums = """
        (
            SELECT min(autovacuum_count) FROM pg_stat_all_tables
            WHERE relid IN ('delivery'::regclass, 'body'::regclass, (SELECT reltoastrelid FROM pg_class WHERE oid = 'body'::regclass))
        )
        """;

    /// <summary>Nothing of Relay's keeps the database from clearing up: what has been vacuumed is written over.</summary>
    [Test]
    public async Task Tables_do_not_grow_with_the_mail_that_passes()
    {
        // How far the database's own upkeep gets is the machine's affair; here it is done by hand, after as much mail each time.
        await using var server = await PostgresServer.StartNewAsync(isDurable: false, "autovacuum=off");
        var connectionString = await server.CreateDatabaseAsync();
        await using var node = await PostgreSqlNode.StartAsync(connectionString, TimeProvider.System);
        var entries = new SpoolEntries(TimeProvider.System);
        List<long> sizes = [];
        for (var part = 0; part < Parts; part++)
        {
            for (var round = 0; round < RoundsOfAPart; round++)
            {
                await PassAsync(node.Spool, entries);
            }

            sizes.Add(await ReadAsync(connectionString, Sizes));
            await Postgres.ExecuteAsync(connectionString, "VACUUM (TRUNCATE false) delivery, body");
        }

        await TellAsync(Parts * RoundsOfAPart * AtATime, sizes);
        Assert.That(sizes[0], Is.GreaterThan((long)RoundsOfAPart * AtATime * Size), "what has gone is still there before it is vacuumed");
        Assert.That(sizes.Max(), Is.LessThan(sizes[0] * 5 / 4));
        Assert.That(
            await ReadAsync(connectionString, "(SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'delivery')"),
            Is.GreaterThan(0),
            "naming a server changes a row in its place"
        );
    }

    [Test]
    public async Task The_database_clears_up_by_itself()
    {
        await using var server = await StartTidyServerAsync();
        var connectionString = await server.CreateDatabaseAsync();
        await using var node = await PostgreSqlNode.StartAsync(connectionString, TimeProvider.System);
        var entries = new SpoolEntries(TimeProvider.System);
        await Until.TrueAsync(
            async () =>
            {
                await PassAsync(node.Spool, entries);
                return await ReadAsync(connectionString, LeastVacuums) > 0;
            },
            "rows, bodies and their pieces have been vacuumed"
        );
    }

    /// <summary>As above, at the pace at which the database clears up by itself.</summary>
    [Test]
    [Category("Soak")]
    public async Task Tables_do_not_grow_with_half_a_million_messages_that_pass()
    {
        await using var server = await StartTidyServerAsync();
        var connectionString = await server.CreateDatabaseAsync();
        await using var node = await PostgreSqlNode.StartAsync(connectionString, TimeProvider.System);
        var entries = new SpoolEntries(TimeProvider.System);
        List<long> sizes = [];
        for (var round = 1; round <= 1000; round++)
        {
            await PassAsync(node.Spool, entries);
            if (round % 100 == 0)
            {
                sizes.Add(await ReadAsync(connectionString, Sizes));
            }
        }

        await TellAsync(1000 * AtATime, sizes);
        Assert.That(sizes[^1], Is.LessThanOrEqualTo(Math.Max(sizes[1], sizes[2]) * 2));
    }

    // Debian's own pace is a minute, for far more mail than passes here in one.
    private static Task<PostgresServer> StartTidyServerAsync() => PostgresServer.StartNewAsync(isDurable: false, "autovacuum_naptime=1s");

    private static Task TellAsync(int messages, List<long> sizes) =>
        TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{messages} messages of {Size} bytes passed, {AtATime} at a time; MB after each part: {string.Join(' ', sizes.Select(static size => size / 1_000_000))}"
            )
        );

    /// <summary>In, tried twice, out.</summary>
    private static async Task PassAsync(PostgreSqlSpool spool, SpoolEntries entries)
    {
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => spool.StoreAsync(entries.New(size: Size), default).AsTask()));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var leases = await spool.ClaimAsync(new SpoolClaim("default", AtATime, DateTimeOffset.MaxValue), default);
            Assert.That(leases, Has.Count.EqualTo(AtATime));
            await Task.WhenAll(leases.Select(lease => spool.BeginAttemptAsync(lease, "mail1", null, default).AsTask()));
            var (later, isLast) = (new AttemptRecord("mail1", "450 later", TimeSpan.FromSeconds(1)), attempt == 2);
            await Task.WhenAll(
                leases.Select(lease =>
                    spool
                        .SettleAsync(
                            lease,
                            isLast ? new Settlement() : new Settlement { Remaining = [lease.Delivery.Part], Attempts = [later] },
                            default
                        )
                        .AsTask()
                )
            );
        }
    }

    private static async Task<long> ReadAsync(string connectionString, string expression) =>
        Convert.ToInt64(await Postgres.ExecuteAsync(connectionString, $"SELECT {expression}"), CultureInfo.InvariantCulture);
}
