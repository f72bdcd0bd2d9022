using System.Globalization;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.PostgreSql;
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

    [Test]
    public Task Tables_do_not_grow_with_the_mail_that_passes() => RunAsync(rounds: 40);

    [Test]
    [Category("Soak")]
    public Task Tables_do_not_grow_with_half_a_million_messages_that_pass() => RunAsync(rounds: 1000);

    private static async Task RunAsync(int rounds)
    {
        // Debian's own pace is a minute, for far more mail than passes here in one.
        await using var server = await PostgresServer.StartNewAsync(isDurable: false, "autovacuum_naptime=1s");
        var connectionString = await server.CreateDatabaseAsync();
        await using var node = await PostgreSqlNode.StartAsync(connectionString, TimeProvider.System);
        var entries = new SpoolEntries(TimeProvider.System);
        List<long> sizes = [];
        for (var round = 1; round <= rounds; round++)
        {
            await PassAsync(node.Spool, entries);
            if (round % (rounds / 10) == 0)
            {
                sizes.Add(await ReadAsync(connectionString, "pg_total_relation_size('delivery') + pg_total_relation_size('body')"));
            }
        }

        var hot = await ReadAsync(connectionString, "(SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'delivery')");
        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rounds * AtATime} messages of {Size} bytes passed, {AtATime} at a time; MB after each tenth: {string.Join(' ', sizes.Select(static size => size / 1_000_000))}; changed in place: {hot}"
            )
        );
        Assert.That(sizes[^1], Is.LessThanOrEqualTo(Math.Max(sizes[1], sizes[2]) * 2));
        Assert.That(hot, Is.GreaterThan(0));
    }

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
