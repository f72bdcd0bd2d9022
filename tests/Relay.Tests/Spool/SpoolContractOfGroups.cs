using Relay.Core.Spool;

namespace Relay.Tests.Spool;

/// <summary>Rows whose group an operator has chosen.</summary>
internal abstract partial class SpoolContract
{
    [Test]
    public async Task What_was_moved_stays_in_its_group_when_the_routes_change_as_long_as_there_is_that_group()
    {
        await StoreAsync("moved", group: "one");
        await StoreAsync("other", group: "one", dueIn: TimeSpan.FromHours(1));
        Assert.That(await ChangeAsync(new QueueFilter { Sender = "moved" }, new QueueAction.Move("two", Now)), Is.EqualTo(1));

        await Spool.ForgetGroupsAsync(["one", "two"], default);
        var lease = (await ClaimAsync(group: "two")).Single();
        Assert.That(lease.Delivery.Part.IsGroupChosen, Is.True);
        await Spool.SettleAsync(lease, new Settlement { Remaining = [lease.Delivery.Part.Unsent] }, default);
        Assert.That(await ChangeAsync(new QueueFilter { Sender = "moved" }, new QueueAction.Hold("wait")), Is.EqualTo(1));
        Assert.That((await Spool.ListAsync(new QueueFilter { Sender = "moved" }, 1, default)).Single().Part.IsGroupChosen, Is.True);
        Assert.That(await ChangeAsync(new QueueFilter { Sender = "moved" }, new QueueAction.Move("two", Now)), Is.EqualTo(1));

        await Spool.ForgetGroupsAsync(["one"], default);
        Assert.That((await ClaimAsync(group: "")).Select(Sender), Is.EqualTo(new[] { "moved" }));
    }
}
