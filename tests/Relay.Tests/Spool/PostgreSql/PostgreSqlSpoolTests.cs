using Relay.Core.Configuration;
using Relay.Core.Spool;
using Relay.Tests.Database;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>What every spool must do, on a real PostgreSQL; and what only one does that nodes share.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PostgreSqlSpoolTests : SpoolContract
{
    private string _connectionString = null!;
    private PostgreSqlNode _node = null!;

    protected override IMessageSpool Spool => _node.Spool;

    [SetUp]
    public async Task OpenFirst()
    {
        _connectionString = await Postgres.NewDatabaseAsync();
        _node = await PostgreSqlNode.StartAsync(_connectionString, Time);
    }

    [TearDown]
    public async Task Close() => await _node.DisposeAsync();

    [Test]
    public async Task A_write_that_fails_does_not_take_its_neighbours_with_it()
    {
        var entry = Entry("x");
        await Spool.StoreAsync(entry, default);

        var again = Spool.StoreAsync(entry, default).AsTask(); // its body is there already
        var others = Enumerable.Range(0, 20).Select(number => StoreAsync($"s{number}")).ToList();

        Assert.That(async () => await again, Throws.TypeOf<SpoolUnavailableException>());
        await Task.WhenAll(others);
        Assert.That(Spool.Statistics.Waiting, Is.EqualTo(21));
        Assert.That(Spool.Condition, Is.EqualTo(SpoolCondition.Good));
    }

    [Test]
    public async Task The_limits_are_told()
    {
        await _node.DisposeAsync();
        _node = await OpenAsync(new SpoolOptions { MaximumMessages = 2 });
        await StoreAsync("a");
        Assert.That(Spool.Condition.WhyFull, Is.Null);
        await StoreAsync("b");
        Assert.That(Spool.Condition.WhyFull, Is.EqualTo("the spool holds 2 messages"));

        await _node.DisposeAsync();
        _node = await OpenAsync(new SpoolOptions { MaximumSize = 2 });
        Assert.That(Spool.Condition.WhyFull, Is.EqualTo("the spool holds 2 bytes"));
    }

    [Test]
    public async Task What_PostgreSQL_cannot_keep_of_a_reply_does_not_keep_the_message_out()
    {
        var entry = Entry("x");
        entry = entry with { Parts = [entry.Parts[0] with { Reason = "450 a\0b \ud800 c" }], Attempts = [Attempt("450 \0")] };

        await Spool.StoreAsync(entry, default);

        Assert.That((await ClaimAsync()).Single().Delivery.Part.Reason, Is.EqualTo("450 a b \ufffd c"));
    }

    protected override Task PurgeAsync() => _node.Spool.PurgeAsync();

    protected override async Task ReopenAsync()
    {
        await _node.DisposeAsync();
        _node = await OpenAsync(new SpoolOptions());
    }

    private async Task<PostgreSqlNode> OpenAsync(SpoolOptions spool)
    {
        var node = await PostgreSqlNode.StartAsync(_connectionString, Time, new RelayOptions { Spool = spool });
        await node.Spool.LookAsync();
        return node;
    }
}
