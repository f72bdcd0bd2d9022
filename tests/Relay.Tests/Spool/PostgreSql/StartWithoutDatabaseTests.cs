using Relay.Core.Configuration;
using Relay.TestKit;
using Relay.TestKit.Processes;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>A relay that delivers what is in the shared spool, and is started while the database is away.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StartWithoutDatabaseTests
{
    private readonly TestClock _clock = new();
    private PostgresServer _server = null!;
    private PostgreSqlNode _node = null!;
    private PipelineFixture _relay = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await PostgresServer.StartNewAsync(isDurable: true); // what was committed is there after the stop
        _node = await PostgreSqlNode.StartAsync(await _server.CreateDatabaseAsync(), _clock);
        var upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
        {
            ["a"] = new UpstreamOptions { Address = "unused:25" },
        };
        var groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
        {
            ["default"] = new GroupOptions { Upstreams = upstreams },
        };
        _relay = PipelineFixture.With(new RelayOptions { Groups = groups }, _node.Spool, _clock);
    }

    [TearDown]
    public async Task Stop()
    {
        await _relay.Spool.Worker.StopAsync(default);
        await _relay.DisposeAsync();
        await _node.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Mail_of_a_group_that_is_no_more_goes_another_way_once_the_database_is_there()
    {
        var entry = new SpoolEntries(_clock).New();
        await _node.Spool.StoreAsync(entry with { Parts = [entry.Parts[0] with { Group = "gone" }] }, default);
        await _server.StopAsync(immediately: true);
        await _relay.Spool.Worker.StartAsync(default);
        Assert.That(
            await _node.TryStoreAsync(new SpoolEntries(_clock).New()),
            Is.False,
            "and what the worker wrote before was not written either"
        );

        await _server.StartAsync();

        await Until.TrueByStepsAsync(
            () => _relay["a"].Accepted.Count == 1,
            () => _clock.Advance(TimeSpan.FromSeconds(1)),
            "it is delivered"
        );
    }
}
