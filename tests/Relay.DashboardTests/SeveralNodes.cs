using Relay.TestKit;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>Two relays on one database, seen from one of them.</summary>
public sealed class SeveralNodes : DashboardFixture
{
    private readonly CountingSink _sink = CountingSink.Started();
    private PostgresServer _database = null!;
    private RelayUnderTest _other = null!;
    private string _connectionString = "";

    [TestCase(false)]
    [TestCase(true)]
    public Task The_table_of_nodes_shows_all_of_them_and_is_sound(bool isPhone) =>
        InAWindowAsync(
            async screen =>
            {
                await screen.GoAsync("/nodes");
                await screen.Page.GetByText("west (this one)").WaitForAsync();
                await screen.Page.GetByText("east").WaitForAsync();
                Assert.That(await Accessibility.FaultsAsync(screen), Is.Empty);
                Assert.That(
                    await screen.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"),
                    Is.LessThanOrEqualTo(0)
                );
            },
            isPhone
        );

    [Test]
    public Task What_is_drained_on_a_page_of_one_node_is_drained_on_the_other() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/upstreams");
            await screen.PressAsync("Drain a");

            await _other.WaitForStateAsync("a", "draining");

            Assert.That((await _other.GetUpstreamsAsync())["a"].Reason, Is.EqualTo("drained by hand on node west"));
        });

    private protected override async Task ConfigureAsync(RelayConfiguration configuration)
    {
        _database = await PostgresServer.StartNewAsync();
        _connectionString = await _database.CreateDatabaseAsync();
        Share(configuration, "west");
    }

    private protected override async Task PrepareAsync()
    {
        _other = await RelayUnderTest.StartAsync(Share(new RelayConfiguration(), "east"), "SeveralNodes_east");
        await Until.TrueAsync(
            async () => (await Relay.Api.GetStringAsync("/api/v1/nodes")).Contains("east", StringComparison.Ordinal),
            "they know each other"
        );
    }

    [OneTimeTearDown]
    public async Task StopOthers()
    {
        Relay.ExpectLogged("The spool does not work"); // its database ends before it does
        await _other.DisposeAsync();
        await _database.DisposeAsync();
        await _sink.DisposeAsync();
    }

    private RelayConfiguration Share(RelayConfiguration configuration, string name) =>
        configuration
            .Set("Spool:Provider", "PostgreSql")
            .Set("Spool:ConnectionString", _connectionString)
            .Set("Cluster:NodeName", name)
            .Set("Cluster:LeaseTime", "00:01:00") // a browser may keep this machine busy for long
            .Upstream("a", _sink.Address)
            .Upstream("b", _sink.Address);
}
