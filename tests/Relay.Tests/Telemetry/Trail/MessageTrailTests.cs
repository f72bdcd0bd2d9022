using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Telemetry.Trail;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Telemetry.Trail;

internal sealed class MessageTrailTests
{
    private static readonly SmtpReply Taken = new(250, new EnhancedStatusCode(2, 0, 0), "OK");
    private static readonly RecipientOutcome[] Delivered = [new(OutcomeKind.Delivered, Taken, "a")];
    private static readonly AttemptRecord[] Attempts = [new("a", "250 2.0.0 OK", TimeSpan.FromMilliseconds(3))];

    private readonly TestClock _time = new();

    [Test]
    public void The_oldest_entries_are_forgotten_first()
    {
        var trail = Trail(messages: 3);
        var ids = Enumerable.Range(0, 5).Select(_ => Remember(trail)).ToList();

        Assert.That(trail.Entries().Select(static entry => entry.Id), Is.EqualTo(ids[2..]));
        Assert.That(trail.Of(ids[4]), Has.Count.EqualTo(1));
        Assert.That(trail.Of(ids[0]), Is.Empty);
    }

    [Test]
    public void The_memory_is_bounded_whatever_a_message_has_of_recipients()
    {
        var trail = Trail(messages: 1000, memory: 300_000);
        string[] recipients = [.. Enumerable.Range(0, 1000).Select(static number => $"recipient-{number}@example.com")];
        var ids = Enumerable.Range(0, 40).Select(_ => Remember(trail, recipients)).ToList();

        var entries = trail.Entries();
        Assert.That(entries.Sum(static entry => entry.Bytes), Is.InRange(150_000, 300_000));
        Assert.That(entries.Select(static entry => entry.Id), Is.EqualTo(ids[^trail.Count..]));
    }

    [Test]
    public void A_message_that_is_larger_than_all_that_may_be_kept_is_not_remembered()
    {
        var trail = Trail(messages: 1000, memory: 65_536);
        var small = Remember(trail);
        Remember(trail, [.. Enumerable.Range(0, 4000).Select(static number => $"recipient-{number}@example.com")]);

        Assert.That(trail.Entries().Single().Id, Is.EqualTo(small));
    }

    [Test]
    public async Task Entries_are_read_whole_while_others_take_their_place()
    {
        var trail = Trail(messages: 500, memory: 65_536);
        using var ended = new CancellationTokenSource();
        var remembering = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                Remember(trail);
            }
        });

        try
        {
            await Until.TrueAsync(() => trail.Count > 50, "there is something to read");
            for (var round = 0; round < 200; round++)
            {
                var entries = trail.Entries();
                Assert.That(entries.Select(static entry => entry.Id), Is.Ordered);
                Assert.That(entries.Select(static entry => entry.Reply), Is.All.EqualTo(Taken));
            }
        }
        finally
        {
            await ended.CancelAsync();
            await remembering;
        }
    }

    [Test]
    public void Nothing_is_remembered_when_it_is_off()
    {
        var trail = Trail(messages: 0);
        var heard = 0;
        trail.Added += _ => heard++;
        Remember(trail);

        Assert.That((trail.IsOn, trail.Count, heard), Is.EqualTo((false, 0, 0)));
    }

    [Test]
    public void An_entry_costs_a_message_less_than_half_a_kilobyte_of_garbage()
    {
        const int Messages = 1000;
        var trail = Trail(messages: 100);
        var message = Some.Message(text: "Message-ID: <20261124120000.1234@client.example.com>\r\nSubject: x\r\n\r\nbody\r\n", time: _time);
        trail.Answered(message, Delivered, Attempts, Taken, isStored: false);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < Messages; number++)
        {
            trail.Answered(message, Delivered, Attempts, Taken, isStored: false);
        }

        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / Messages;
        TestContext.Out.WriteLine($"{perMessage} bytes for each message");
        Assert.That(perMessage, Is.LessThan(512));
    }

    [Test]
    public void What_is_off_allocates_nothing()
    {
        var trail = Trail(messages: 0);
        var message = Some.Message(time: _time);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1000; number++)
        {
            trail.Answered(message, Delivered, Attempts, Taken, isStored: false);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
    }

    private MessageTrail Trail(int messages, long memory = 64 * 1024 * 1024) =>
        new(new TrailOptions { Messages = messages, Memory = memory }, _time);

    private MessageId Remember(MessageTrail trail, string[]? recipients = null)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var message = Some.Message(recipients: recipients, time: _time);
        trail.Answered(message, Delivered, Attempts, Taken, isStored: false);
        message.Body.Release();
        return message.Id;
    }
}
