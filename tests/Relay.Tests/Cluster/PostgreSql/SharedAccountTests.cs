using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Cluster.Pace;
using Relay.Core.Cluster.PostgreSql;
using Relay.Core.Configuration;
using Relay.Core.Database;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;
using Relay.Tests.Database;

namespace Relay.Tests.Cluster.PostgreSql;

/// <summary>Nodes that send over one account, with all that is between a message and the database.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedAccountTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _started = [];
    private readonly List<RelayMetrics> _metrics = [];
    private string _connectionString = "";

    [SetUp]
    public async Task BeginAsync() => _connectionString = await Postgres.NewDatabaseAsync();

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var thing in Enumerable.Reverse(_started))
        {
            await thing.DisposeAsync();
        }

        _metrics.ForEach(static metrics => metrics.Dispose());
    }

    private RelayMetrics Keep(RelayMetrics metrics)
    {
        _metrics.Add(metrics);
        return metrics;
    }

    [Test]
    public async Task Together_they_use_a_quota_up_and_not_more()
    {
        var nodes = new[] { await StartAsync("500/day"), await StartAsync("500/day"), await StartAsync("500/day") };
        var sent = 0;

        await Until.TrueAsync(
            () =>
            {
                sent += nodes.Sum(static node => Send(node.Pace));
                return sent >= 500;
            },
            "the quota is used up",
            Within
        );

        Assert.That(nodes.Sum(static node => Send(node.Pace)) + sent, Is.EqualTo(500));
        await Until.TrueAsync(
            () =>
                nodes.Sum(static node => Send(node.Pace)) == 0
                && nodes[0].Pace.Reason.Contains("500/day used up until", StringComparison.Ordinal),
            "it is said until when",
            Within
        );
    }

    [Test]
    public async Task A_quota_outlives_all_nodes()
    {
        var first = await StartAsync("100/day");
        var sent = 0;
        await Until.TrueAsync(() => (sent += Send(first.Pace, most: 60 - sent)) == 60, "60 are sent", Within);
        await first.Shared.StopAsync(default);

        var second = await StartAsync("100/day");

        await Until.TrueAsync(() => (sent += Send(second.Pace)) == 100, "the rest is sent", Within);
        await Until.TrueAsync(() => second.Pace.Readings.Single().Used == 100 && Send(second.Pace) == 0, "that was all", Within);
    }

    [Test]
    public async Task A_limit_that_a_reload_lowers_holds_for_all()
    {
        var (one, other) = (await StartAsync("40/min"), await StartAsync("40/min"));
        await Until.TrueAsync(() => one.Pace.HasRoom(1) && other.Pace.HasRoom(1), "both have a part", Within);

        one.Pace.Apply(new UpstreamOptions { Rates = ["10/min"] });
        await Until.TrueAsync(
            () => one.Shared.Windows[0].Allowance + other.Shared.Windows[0].Allowance <= 10,
            "they have no more together than the smaller limit",
            Within
        );

        Assert.That(Send(one.Pace) + Send(other.Pace), Is.LessThanOrEqualTo(10));
    }

    /// <summary>As many as there is room for at this moment.</summary>
    private static int Send(UpstreamPace pace, int most = int.MaxValue)
    {
        var sent = 0;
        while (sent < most && pace.TryTake(1, out var hold))
        {
            hold!.Begin(1);
            hold.End();
            sent++;
        }

        return sent;
    }

    private async Task<(SharedPace Shared, UpstreamPace Pace)> StartAsync(string rate)
    {
        var database = Postgres.Open(_connectionString);
        _started.Add(database);
        await database.StartAsync(default);
        var ledger = new PostgreSqlPaceLedger(database, TimeProvider.System);
        var shared = new SharedPace(
            ledger,
            $"node{_started.Count}",
            TimeSpan.FromMinutes(1),
            TimeProvider.System,
            Keep(new RelayMetrics()),
            NullLogger<SharedPace>.Instance
        );
        _started.Add(shared);
        var notifications = new DatabaseNotifications(database, TimeProvider.System, NullLogger<DatabaseNotifications>.Instance);
        _started.Add(notifications);
        notifications.Hear(PaceChannel.Name, shared.Hear);
        await notifications.StartAsync(default);
        var accounts = new PaceAccounts(null, TimeProvider.System, NullLogger<PaceAccounts>.Instance, shared: shared);
        var pace = new UpstreamPace(TimeProvider.System, accounts.Of("default", "a"));
        pace.Apply(new UpstreamOptions { Rates = [rate] });
        await shared.StartAsync(default);
        return (shared, pace);
    }
}
