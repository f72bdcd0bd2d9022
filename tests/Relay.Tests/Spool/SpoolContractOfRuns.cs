using Relay.Core.Spool;

namespace Relay.Tests.Spool;

/// <content>A run over several servers: what earlier attempts have settled leaves the row in the commit that names the next server.</content>
internal abstract partial class SpoolContract
{
    [Test]
    public async Task Whoever_is_settled_leaves_the_row_when_the_next_server_is_named()
    {
        var lease = await StoreAndClaimAsync(Entry("x", to: ["a@x.test", "b@x.test", "c@x.test"]));
        var part = lease.Delivery.Part;
        await Spool.BeginAttemptAsync(lease, "u0", null, default);

        var narrowed = await Spool.BeginAttemptAsync(lease, "u3", new EarlierAttempts([part.Recipients[1]], new Settlement()), default);

        var row = (await Spool.ListAsync(new QueueFilter(), 10, default)).Single();
        Assert.That((row.Row, row.Part.State, row.Part.Upstream), Is.EqualTo((lease.Delivery.Row, SpoolState.Active, "u3")));
        Assert.That(row.Part.Recipients, Is.EqualTo(new[] { part.Recipients[1] }));
        Assert.That(narrowed.Delivery.Part.Recipients, Is.EqualTo(row.Part.Recipients));
        await Spool.SettleAsync(narrowed, new Settlement(), default);
        Assert.That(Spool.Statistics with { OldestAt = null }, Is.EqualTo(SpoolStatistics.Empty));
    }

    [Test]
    public async Task What_is_left_of_settled_recipients_goes_to_rows_of_its_own_while_the_lease_goes_on()
    {
        var entry = Entry("text", to: ["a@x.test", "b@x.test", "c@x.test"]);
        entry = entry with { Parts = [entry.Parts[0] with { State = SpoolState.Active, Upstream = "u0" }] };
        var lease = (await Spool.StoreAsync(entry, default)).Single();
        var part = lease.Delivery.Part;
        var uncertain = part with { Recipients = [part.Recipients[0]], State = SpoolState.Uncertain, DueAt = Now, UncertainSince = Now };
        var notice = Entry("a bounce", sender: "");
        var settled = new Settlement
        {
            Remaining = [uncertain],
            Failures = [new FailedRecipient(part.Recipients[1], "550 no")],
            Notices = [notice],
            Attempts = [Attempt("550 no")],
        };

        var narrowed = await Spool.BeginAttemptAsync(lease, "u3", new EarlierAttempts([part.Recipients[2]], settled), default);

        Assert.That(
            (Spool.Statistics.Active, Spool.Statistics.Uncertain, Spool.Statistics.Failed, Spool.Statistics.Waiting),
            Is.EqualTo((1, 1, 1, 1))
        );
        Assert.That(await Spool.HistoryAsync(entry.Message.Id, default), Has.Count.EqualTo(1));
        var claimed = await ClaimAsync();
        Assert.That(claimed.Select(static row => row.Delivery.Message.Id), Is.EquivalentTo(new[] { entry.Message.Id, notice.Message.Id }));
        await Spool.SettleAsync(narrowed, new Settlement(), default);
        Assert.That(await ReadAsync(entry.Message), Is.EqualTo("text"), "a row that was split off needs it still");
        foreach (var row in claimed)
        {
            await Spool.SettleAsync(row, new Settlement(), default);
        }

        Assert.That(async () => await ReadAsync(entry.Message), Throws.TypeOf<BodyLostException>());
        Assert.That((await Spool.ListAsync(new QueueFilter(), 10, default)).Single().Part.State, Is.EqualTo(SpoolState.Failed));
    }

    [Test]
    public async Task A_lease_that_another_has_taken_over_settles_nothing_on_its_way_to_the_next_server()
    {
        var lease = await StoreAndClaimAsync(Entry("x", to: ["a@x.test", "b@x.test"]));
        await Spool.SettleAsync(lease, new Settlement { Remaining = [lease.Delivery.Part] }, default);
        var settled = new Settlement { Remaining = [lease.Delivery.Part], Notices = [Entry("a bounce", sender: "")] };
        var earlier = new EarlierAttempts([lease.Delivery.Part.Recipients[1]], settled);

        Assert.That(async () => await Spool.BeginAttemptAsync(lease, "u", earlier, default), Throws.TypeOf<LeaseLostException>());

        Assert.That((await Spool.ListAsync(new QueueFilter(), 10, default)).Single().Part.Recipients, Has.Count.EqualTo(2));
    }
}
