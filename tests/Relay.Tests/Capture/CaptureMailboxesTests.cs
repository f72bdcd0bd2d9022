using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Tests.Capture;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CaptureMailboxesTests
{
    private readonly CapturedMail _mail = new();

    [Test]
    public async Task Messages_of_all_mailboxes_are_listed_newest_first_page_by_page()
    {
        var mailboxes = new CaptureMailboxes(_mail.Time, new Random(1));
        var ids = new List<MessageId>();
        for (var count = 0; count < 5; count++)
        {
            var message = await _mail.NextAsync($"Subject: {count}\r\n\r\n");
            await mailboxes.For("default", count % 2 == 0 ? "a" : "b", 10).AcceptAsync(message, CancellationToken.None);
            ids.Insert(0, message.Id);
        }

        var first = mailboxes.List(after: null, limit: 3);
        var second = mailboxes.List(first[^1].Id, limit: 3);

        Assert.That(first.Concat(second).Select(message => message.Id), Is.EqualTo(ids));
    }

    [Test]
    public async Task A_message_is_found_in_whichever_mailbox_it_lies()
    {
        var mailboxes = new CaptureMailboxes(_mail.Time, new Random(1));
        var message = await _mail.NextAsync("Subject: x\r\n\r\n");
        mailboxes.For("default", "a", 10);
        await mailboxes.For("default", "b", 10).AcceptAsync(message, CancellationToken.None);

        Assert.That(mailboxes.TryOpen(message.Id, out var lease), Is.True);
        Assert.That(lease?.Message.Upstream, Is.EqualTo("b"));
        lease?.Dispose();
        Assert.That(mailboxes.TryOpen(new MessageId(1), out _), Is.False);
    }
}
