using System.Text;
using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Tests.Capture;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CaptureStoreTests
{
    private readonly CapturedMail _mail = new();

    [Test]
    public async Task A_message_is_answered_250_and_kept_with_what_a_list_shows()
    {
        var store = Store(limit: 10);
        var message = await _mail.NextAsync("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n");

        var reply = await DeliverAsync(store, message);

        Assert.That(reply.ToString(), Is.EqualTo($"250 2.0.0 OK {message.Id} captured"));
        var captured = store.Messages.Single();
        Assert.That((captured.Group, captured.Upstream, captured.Subject), Is.EqualTo(("default", "mailbox", "Grüße")));
        Assert.That(captured.ReceivedAt, Is.EqualTo(_mail.Time.GetUtcNow()));
    }

    [Test]
    public async Task The_bytes_can_be_read_after_the_session_let_go_of_them()
    {
        var store = Store(limit: 10);
        var message = await _mail.NextAsync("Subject: a\r\n\r\nexact \u00e4 bytes\r\n");
        await DeliverAsync(store, message);

        Assert.That(store.TryOpen(message.Id, out var lease), Is.True);
        using (lease)
        {
            Assert.That(await ReadAsync(lease!.Body), Is.EqualTo("Subject: a\r\n\r\nexact \u00e4 bytes\r\n"));
        }
    }

    [Test]
    public async Task The_oldest_go_when_there_are_more_than_the_limit_and_their_memory_is_freed()
    {
        var store = Store(limit: 2);
        await DeliverAsync(store, await _mail.NextAsync("Subject: 1\r\n\r\n"));
        await DeliverAsync(store, await _mail.NextAsync("Subject: 2\r\n\r\n"));
        var memoryOfTwo = _mail.Storage.MemoryInUse;

        await DeliverAsync(store, await _mail.NextAsync("Subject: 3\r\n\r\n"));

        Assert.That(store.Messages.Select(message => message.Subject), Is.EqualTo(["2", "3"]));
        Assert.That(_mail.Storage.MemoryInUse, Is.EqualTo(memoryOfTwo));
    }

    [Test]
    public async Task The_oldest_go_when_there_are_too_many_bytes_but_the_newest_stays()
    {
        var store = Store(limit: 100);
        var half = new string('x', (int)(CaptureStore.MaximumBytes / 2) - 1000);
        await DeliverAsync(store, await _mail.NextAsync("Subject: 1\r\n\r\n" + half));
        await DeliverAsync(store, await _mail.NextAsync("Subject: 2\r\n\r\n" + half));
        Assert.That(store.Messages, Has.Count.EqualTo(2));

        await DeliverAsync(store, await _mail.NextAsync("Subject: 3\r\n\r\n" + half + half + half));

        Assert.That(store.Messages.Select(message => message.Subject), Is.EqualTo(["3"]));
    }

    [Test]
    public async Task A_message_that_is_being_read_outlives_its_place_in_the_mailbox()
    {
        var store = Store(limit: 1);
        var first = await _mail.NextAsync("Subject: 1\r\n\r\n");
        await DeliverAsync(store, first);
        Assert.That(store.TryOpen(first.Id, out var lease), Is.True);

        await DeliverAsync(store, await _mail.NextAsync("Subject: 2\r\n\r\n"));

        Assert.That(store.TryOpen(first.Id, out _), Is.False);
        Assert.That(await ReadAsync(lease!.Body), Is.EqualTo("Subject: 1\r\n\r\n"));
        lease.Dispose();
        Assert.That(() => first.Body.AddReference(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [TestCase("no header at all, just text")]
    [TestCase("")]
    [TestCase("\r\n\r\n")]
    [TestCase("Subject\r\n\r\n")]
    public async Task A_message_without_a_readable_subject_is_kept_all_the_same(string content)
    {
        var store = Store(limit: 10);

        var reply = await DeliverAsync(store, await _mail.NextAsync(content));

        Assert.That(reply.IsPositive, Is.True);
        Assert.That(store.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Many_deliveries_at_once_keep_within_the_limit()
    {
        var store = Store(limit: 50);
        var messages = new List<ReceivedMessage>();
        for (var count = 0; count < 400; count++)
        {
            messages.Add(await _mail.NextAsync("Subject: x\r\n\r\n"));
        }

        await Parallel.ForEachAsync(messages, async (message, _) => await DeliverAsync(store, message));

        Assert.That(store.Messages, Has.Count.EqualTo(50));
        Assert.That(_mail.Storage.MemoryInUse, Is.EqualTo(50 * 8 * 1024));
    }

    private CaptureStore Store(int limit) => new("default", "mailbox", limit, _mail.Time, new CaptureFaults(new Random(1)));

    /// <summary>As a session does it: its own reference is released after the reply.</summary>
    private static async Task<SmtpReply> DeliverAsync(CaptureStore store, ReceivedMessage message)
    {
        var reply = await store.AcceptAsync(message, CancellationToken.None);
        message.Body.Release();
        return reply;
    }

    private static async Task<string> ReadAsync(MessageBody body)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, CancellationToken.None);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
