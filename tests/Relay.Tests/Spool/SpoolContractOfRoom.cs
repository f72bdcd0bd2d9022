namespace Relay.Tests.Spool;

/// <summary>Rows that wait for room within an upstream's pace.</summary>
internal abstract partial class SpoolContract
{
    [Test]
    public async Task What_waits_for_room_is_due_at_once_when_there_is_some_and_nothing_else_is()
    {
        await StoreAsync("other", dueIn: TimeSpan.FromHours(1));
        foreach (var group in new[] { "default", "second" })
        {
            var waiting = Entry("x", sender: group);
            var part = waiting.Parts[0] with { Group = group, DueAt = Now.AddHours(1), AwaitsRoom = true };
            await Spool.StoreAsync(waiting with { Parts = [part] }, default);
        }

        await Spool.BringForwardAsync("default", default);
        Assert.That((await ClaimAsync()).Select(Sender), Is.EqualTo(new[] { "default" }));
        Assert.That(await ClaimAsync(group: "second"), Is.Empty);
        await Spool.BringForwardAsync(null, default);
        Assert.That((await ClaimAsync(group: "second")).Select(Sender), Is.EqualTo(new[] { "second" }));
        Assert.That(await ClaimAsync(), Is.Empty);
    }
}
