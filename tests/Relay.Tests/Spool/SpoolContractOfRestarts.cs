using Relay.Core.Spool;

namespace Relay.Tests.Spool;

/// <summary>What a spool keeps over the end of the process that filled it, and for how long.</summary>
internal abstract partial class SpoolContract
{
    /// <summary>Ends the spool and opens it again, as the next process does.</summary>
    protected abstract Task ReopenAsync();

    /// <summary>Forgets records whose time is over.</summary>
    protected abstract Task PurgeAsync();

    [Test]
    public async Task Messages_outlive_the_process()
    {
        var small = Entry("small");
        var large = Entry(new string('x', 600_000));
        await Spool.StoreAsync(small, default);
        await Spool.StoreAsync(large, default);

        await ReopenAsync();

        Assert.That(Spool.Statistics.Bytes, Is.EqualTo(600_005));
        Assert.That(
            (await ClaimAsync()).Select(static lease => lease.Delivery.Message.Id),
            Is.EquivalentTo(new[] { small.Message.Id, large.Message.Id })
        );
        Assert.That(await ReadAsync(large.Message), Has.Length.EqualTo(600_000));
    }

    [Test]
    public async Task A_lease_of_whoever_had_it_before_waits_again_when_no_dot_can_have_gone_out()
    {
        await StoreAndClaimAsync(Entry("x"));

        await ReopenAsync();

        Assert.That((await ClaimAsync()).Single().Delivery.Part.State, Is.EqualTo(SpoolState.Waiting));
    }

    [Test]
    public async Task A_lease_of_whoever_had_it_before_is_uncertain_where_a_dot_may_have_gone_out()
    {
        var lease = await StoreAndClaimAsync(Entry("x"));
        await Spool.BeginAttemptAsync(lease, "mail1", null, default);
        await Spool.BeginAttemptAsync(lease, "mail2", null, default);

        await ReopenAsync();

        Assert.That(await ClaimAsync(), Is.Empty, "it is too early");
        Assert.That((Spool.Statistics.Uncertain, Spool.Statistics.Active), Is.EqualTo((1, 0)));
        Time.Advance(TimeSpan.FromMinutes(15));
        var part = (await ClaimAsync()).Single().Delivery.Part;
        Assert.That((part.State, part.Upstream), Is.EqualTo((SpoolState.Uncertain, "mail2")));
        Assert.That(part.UncertainSince, Is.EqualTo(Now.AddMinutes(-15)));
        Assert.That(part.Reason, Is.EqualTo("Relay ended while mail2 had it"));
    }

    [Test]
    public async Task A_dot_that_may_have_gone_out_again_makes_it_uncertain_from_then_on()
    {
        var lease = await StoreAndClaimAsync(Entry("x"));
        var uncertain = lease.Delivery.Part with { State = SpoolState.Uncertain, Upstream = "mail1", UncertainSince = Now };
        await Spool.SettleAsync(lease, new Settlement { Remaining = [uncertain] }, default);
        Time.Advance(TimeSpan.FromHours(2)); // mail1 was waited for; any other may have it now
        await Spool.BeginAttemptAsync((await ClaimAsync()).Single(), "mail2", null, default);

        await ReopenAsync();

        Time.Advance(TimeSpan.FromMinutes(15));
        var part = (await ClaimAsync()).Single().Delivery.Part;
        Assert.That((part.State, part.Upstream), Is.EqualTo((SpoolState.Uncertain, "mail2")));
        Assert.That(part.UncertainSince, Is.EqualTo(Now.AddMinutes(-15)), "mail2 has its hour, as mail1 had");
    }

    [Test]
    public async Task Records_of_failures_go_when_their_time_is_over()
    {
        var lease = await StoreAndClaimAsync(Entry("x"));
        var failed = new Settlement
        {
            Failures = [new FailedRecipient(lease.Delivery.Part.Recipients[0], "550 no")],
            Attempts = [Attempt("550 no")],
        };
        await Spool.SettleAsync(lease, failed, default);

        await PurgeAsync();
        Assert.That(Spool.Statistics.Failed, Is.EqualTo(1));
        Assert.That(await Spool.HistoryAsync(lease.Delivery.Message.Id, default), Has.Count.EqualTo(1));
        Time.Advance(TimeSpan.FromDays(7));
        await PurgeAsync();

        Assert.That(await Spool.ListAsync(new QueueFilter(), 10, default), Is.Empty);
        Assert.That(await Spool.HistoryAsync(lease.Delivery.Message.Id, default), Is.Empty);
    }

    [TestCase("a+tag", 1)]
    [TestCase("ü@", 1)]
    [TestCase("null", 0)]
    [TestCase("\"P\"", 0)]
    [TestCase("002B", 0)]
    [TestCase("%", 0)]
    [TestCase("\\", 0)]
    public async Task Recipients_are_found_by_their_addresses_not_by_how_they_are_kept(string part, int expected)
    {
        await Spool.StoreAsync(Entry("x", to: ["c@example.net", "a+tag@example.net", "ü@example.net"]), default);

        Assert.That(await Spool.ListAsync(new QueueFilter { Recipient = part }, 10, default), Has.Count.EqualTo(expected));
    }
}
