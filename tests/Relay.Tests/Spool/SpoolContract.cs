using System.Net;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool;

/// <summary>What every spool must do, whatever it keeps messages in.</summary>
internal abstract partial class SpoolContract
{
    protected TestClock Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    protected abstract IMessageSpool Spool { get; }

    private readonly MessageIds _ids;

    protected SpoolContract() => _ids = new MessageIds(Time);

    protected DateTimeOffset Now => Time.GetUtcNow();

    [Test]
    public async Task What_is_stored_comes_back_as_it_was()
    {
        var entry = Entry("Subject: x\r\n\r\nbody\r\n", to: ["b@example.net", "ü@example.net"]);
        entry = entry with
        {
            Message = entry.Message with
            {
                Envelope = entry.Message.Envelope with
                {
                    Body = BodyType.EightBitMime,
                    SmtpUtf8 = true,
                    RequireTls = true,
                    DeclaredSize = 77,
                    Return = DsnReturn.Full,
                    EnvelopeId = "a+2Bb",
                },
                Origin = new MessageOrigin(IPAddress.Parse("2001:db8::1"), "client", "submission") { IsTrusted = false, User = "app" },
            },
            Parts =
            [
                entry.Parts[0] with
                {
                    Recipients =
                    [
                        new EnvelopeRecipient(
                            new MailPath("b@example.net"),
                            DsnNotify.Success | DsnNotify.Delay,
                            "rfc822;o+2Bx@example.net"
                        ),
                        new EnvelopeRecipient(new MailPath("ü@example.net")),
                    ],
                    Runs = 3,
                    IsDelayTold = true,
                    Reason = "451 later",
                },
            ],
        };

        await Spool.StoreAsync(entry, default);
        var lease = (await ClaimAsync()).Single();

        var (message, part) = (lease.Delivery.Message, lease.Delivery.Part);
        Assert.That(message with { Envelope = entry.Message.Envelope }, Is.EqualTo(entry.Message));
        Assert.That(message.Envelope with { Recipients = [] }, Is.EqualTo(entry.Message.Envelope with { Recipients = [] }));
        Assert.That(part with { Recipients = [] }, Is.EqualTo(entry.Parts[0] with { Recipients = [] }));
        Assert.That(part.Recipients, Is.EqualTo(entry.Parts[0].Recipients));
        Assert.That(await ReadAsync(message), Is.EqualTo("Subject: x\r\n\r\nbody\r\n"));
    }

    [TestCase(0)]
    [TestCase(32 * 1024)]
    [TestCase((32 * 1024) + 1)]
    [TestCase(3_000_000)]
    public async Task Bodies_of_all_sizes_come_back_byte_for_byte(int size)
    {
        var text = string.Concat(Enumerable.Range(0, size).Select(static index => (char)('a' + (index % 23))));
        var entry = Entry(text);

        await Spool.StoreAsync(entry, default);

        Assert.That(await ReadAsync(entry.Message), Is.EqualTo(text));
    }

    [Test]
    public async Task Rows_are_claimed_when_they_are_due_the_longest_due_first_and_by_one_only()
    {
        await StoreAsync("late", dueIn: TimeSpan.FromMinutes(2));
        await StoreAsync("second", dueIn: TimeSpan.FromSeconds(-1));
        await StoreAsync("first", dueIn: TimeSpan.FromSeconds(-5));

        Assert.That((await ClaimAsync(limit: 1)).Select(Sender), Is.EqualTo(new[] { "first" }));
        Assert.That((await ClaimAsync()).Select(Sender), Is.EqualTo(new[] { "second" }));
        Assert.That(await ClaimAsync(), Is.Empty);
        Time.Advance(TimeSpan.FromMinutes(3));
        Assert.That((await ClaimAsync()).Select(Sender), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public async Task Claims_are_for_one_group()
    {
        await StoreAsync("a", group: "one");
        await StoreAsync("b", group: "two");

        Assert.That((await ClaimAsync(group: "two")).Select(Sender), Is.EqualTo(new[] { "b" }));
        Assert.That(await ClaimAsync(group: ""), Is.Empty);
        await Spool.ForgetGroupsAsync(["one", "two"], default);
        Assert.That((await ClaimAsync(group: "")).Select(Sender), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task Only_what_is_over_is_claimed_to_be_given_up()
    {
        await StoreAsync("young");
        await StoreAsync("old", life: TimeSpan.FromMinutes(1));
        Time.Advance(TimeSpan.FromMinutes(1));

        var leases = await Spool.ClaimAsync(new SpoolClaim("default", 10, Now, ExpiredOnly: true), default);

        Assert.That(leases.Select(Sender), Is.EqualTo(new[] { "old" }));
    }

    [Test]
    public async Task Active_parts_come_back_as_leases_and_are_claimed_by_nobody_else()
    {
        var entry = Entry("x");
        entry = entry with
        {
            Parts = [entry.Parts[0] with { State = SpoolState.Active, Upstream = "u" }, entry.Parts[0] with { Group = "other" }],
        };

        var leases = await Spool.StoreAsync(entry, default);

        Assert.That(leases.Single().Delivery.Part.Upstream, Is.EqualTo("u"));
        Assert.That(await ClaimAsync(), Is.Empty);
        Assert.That(await ClaimAsync(group: "other"), Has.Count.EqualTo(1));
        Assert.That((Spool.Statistics.Active, Spool.Statistics.Waiting), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task A_settled_message_is_gone_when_its_last_row_is()
    {
        var entry = Entry("x");
        entry = entry with { Parts = [entry.Parts[0], entry.Parts[0] with { Group = "other" }] };
        await Spool.StoreAsync(entry, default);
        var (one, other) = ((await ClaimAsync()).Single(), (await ClaimAsync(group: "other")).Single());

        await Spool.SettleAsync(one, new Settlement { Attempts = [Attempt("450 later")] }, default);
        Assert.That(await ReadAsync(entry.Message), Is.EqualTo("x"));
        Assert.That(await Spool.HistoryAsync(entry.Message.Id, default), Has.Count.EqualTo(1));
        await Spool.SettleAsync(other, new Settlement(), default);

        Assert.That(async () => await ReadAsync(entry.Message), Throws.TypeOf<BodyLostException>());
        Assert.That(await Spool.HistoryAsync(entry.Message.Id, default), Is.Empty);
        Assert.That(await Spool.ListAsync(new QueueFilter(), 10, default), Is.Empty);
        Assert.That(Spool.Statistics with { OldestAt = null }, Is.EqualTo(SpoolStatistics.Empty));
    }

    [Test]
    public async Task What_is_left_waits_in_rows_of_its_own()
    {
        var lease = await StoreAndClaimAsync(Entry("x", to: ["a@x.test", "b@x.test", "c@x.test"]));
        var part = lease.Delivery.Part;
        var later = part with { Recipients = [part.Recipients[0]], DueAt = Now.AddMinutes(5), Runs = 1, Reason = "451 later" };
        var uncertain = part with
        {
            Recipients = [part.Recipients[1]],
            State = SpoolState.Uncertain,
            DueAt = Now.AddMinutes(15),
            Upstream = "u",
            UncertainSince = Now,
        };

        await Spool.SettleAsync(lease, new Settlement { Remaining = [later, uncertain] }, default);
        Time.Advance(TimeSpan.FromMinutes(20));
        var claimed = await ClaimAsync();

        Assert.That(claimed.Select(static row => row.Delivery.Part.State), Is.EqualTo(new[] { SpoolState.Waiting, SpoolState.Uncertain }));
        Assert.That(
            claimed.Select(static row => row.Delivery.Part.Recipients.Single().Path.Text),
            Is.EqualTo(new[] { "a@x.test", "b@x.test" })
        );
        Assert.That(claimed[1].Delivery.Part with { Recipients = [] }, Is.EqualTo(uncertain with { Recipients = [] }));
    }

    [Test]
    public async Task What_causes_messages_stores_them_in_the_same_commit()
    {
        var lease = await StoreAndClaimAsync(Entry("x"));
        var notice = Entry("a bounce", sender: "");

        await Spool.SettleAsync(
            lease,
            new Settlement { Failures = [new FailedRecipient(lease.Delivery.Part.Recipients[0], "550 no")], Notices = [notice] },
            default
        );

        Assert.That((await ClaimAsync()).Single().Delivery.Message.Id, Is.EqualTo(notice.Message.Id));
        Assert.That(await ReadAsync(notice.Message), Is.EqualTo("a bounce"));
        var record = (await Spool.ListAsync(new QueueFilter { State = SpoolState.Failed }, 10, default)).Single();
        Assert.That((record.Message.Id, record.Part.Reason), Is.EqualTo((lease.Delivery.Message.Id, "550 no")));
        Assert.That(Spool.Statistics.Failed, Is.EqualTo(1));
    }

    [Test]
    public async Task A_lease_that_another_has_taken_over_writes_nothing()
    {
        var lease = await StoreAndClaimAsync(Entry("x"));
        await Spool.SettleAsync(lease, new Settlement { Remaining = [lease.Delivery.Part] }, default);
        var next = (await ClaimAsync()).Single();

        Assert.That(async () => await Spool.SettleAsync(lease, new Settlement(), default), Throws.TypeOf<LeaseLostException>());
        Assert.That(async () => await Spool.BeginAttemptAsync(lease, "u", null, default), Throws.TypeOf<LeaseLostException>());
        await Spool.BeginAttemptAsync(next, "u", null, default);
        await Spool.SettleAsync(next, new Settlement(), default);

        Assert.That(await Spool.ListAsync(new QueueFilter(), 10, default), Is.Empty);
    }

    [Test]
    public async Task Rows_are_listed_page_by_page_and_filtered()
    {
        for (var number = 0; number < 7; number++)
        {
            await StoreAsync($"s{number}_%", group: number % 2 == 0 ? "even" : "odd");
        }

        var first = await Spool.ListAsync(new QueueFilter(), 4, default);
        var second = await Spool.ListAsync(new QueueFilter { After = first[^1].Row }, 4, default);

        Assert.That(first.Concat(second).Select(Sender), Is.EqualTo(Enumerable.Range(0, 7).Select(static number => $"s{number}_%")));
        Assert.That(await Spool.ListAsync(new QueueFilter { Group = "ODD" }, 10, default), Has.Count.EqualTo(3));
        Assert.That(await Spool.ListAsync(new QueueFilter { Sender = "S3" }, 10, default), Has.Count.EqualTo(1));
        Assert.That(await Spool.ListAsync(new QueueFilter { Sender = "_%" }, 10, default), Has.Count.EqualTo(7));
        Assert.That(await Spool.ListAsync(new QueueFilter { Sender = "s_3" }, 10, default), Is.Empty);
        Assert.That(await Spool.ListAsync(new QueueFilter { Recipient = "B@EXAMPLE" }, 10, default), Has.Count.EqualTo(7));
        Assert.That(await Spool.ListAsync(new QueueFilter { State = SpoolState.Held }, 10, default), Is.Empty);
        Assert.That(await Spool.ListAsync(new QueueFilter { Message = first[2].Message.Id }, 10, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Operators_hold_release_retry_move_and_delete()
    {
        await StoreAsync("a", dueIn: TimeSpan.FromHours(1));
        var id = (await Spool.ListAsync(new QueueFilter(), 1, default)).Single().Message.Id;
        var filter = new QueueFilter { Message = id };

        Assert.That(await ChangeAsync(filter, new QueueAction.Release(Now)), Is.Zero, "it is not held");
        Assert.That(await ChangeAsync(filter, new QueueAction.Retry(Now)), Is.EqualTo(1));
        var lease = (await ClaimAsync()).Single();
        Assert.That(await ChangeAsync(filter, new QueueAction.Delete()), Is.Zero, "somebody works on it");
        await Spool.SettleAsync(lease, new Settlement { Remaining = [lease.Delivery.Part] }, default);
        Assert.That(await ChangeAsync(filter, new QueueAction.Hold("wait")), Is.EqualTo(1));
        Assert.That(await ClaimAsync(), Is.Empty);
        Assert.That(await ChangeAsync(filter, new QueueAction.Release(Now)), Is.EqualTo(1));
        Assert.That(await ChangeAsync(filter, new QueueAction.Move("other", Now)), Is.EqualTo(1));
        Assert.That((await Spool.ListAsync(filter, 1, default)).Single().Part.Group, Is.EqualTo("other"));
        Assert.That(await ChangeAsync(filter, new QueueAction.Delete()), Is.EqualTo(1));

        Assert.That(await Spool.ListAsync(new QueueFilter(), 1, default), Is.Empty);
        Assert.That(Spool.Statistics with { OldestAt = null }, Is.EqualTo(SpoolStatistics.Empty));
    }

    [Test]
    public async Task Many_store_and_claim_at_once_and_nothing_is_lost_or_claimed_twice()
    {
        var stored = Enumerable.Range(0, 400).Select(number => Task.Run(() => StoreAsync($"s{number}")));
        await Task.WhenAll(stored);
        var claimed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => ClaimAsync(limit: 10))));

        Assert.That(claimed.SelectMany(static leases => leases).Select(Sender).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(400));
        Assert.That(claimed.Sum(static leases => leases.Count), Is.EqualTo(400));
    }

    [Test]
    public async Task Work_is_told_of()
    {
        var told = 0;
        Spool.WorkArrived += () => told++;

        await StoreAsync("a");

        Assert.That(told, Is.EqualTo(1));
    }

    protected SpoolEntry Entry(string body, string sender = "a", IReadOnlyList<string>? to = null)
    {
        var message = Some.Message(recipients: [.. to ?? ["b@example.net"]], time: Time);
        message = message with { Id = _ids.Next(), Envelope = message.Envelope with { Sender = new MailPath(sender) }, Body = Body(body) };
        return new SpoolEntry
        {
            Message = SpooledMessage.Of(message, Now),
            Body = message.Body,
            Parts =
            [
                new SpoolPart
                {
                    Group = "default",
                    Recipients = message.Envelope.Recipients,
                    DueAt = Now,
                    ExpiresAt = Now.AddDays(4),
                },
            ],
        };
    }

    protected async Task StoreAsync(string sender, string group = "default", TimeSpan dueIn = default, TimeSpan? life = null)
    {
        var entry = Entry("x", sender);
        var part = entry.Parts[0] with { Group = group, DueAt = Now + dueIn, ExpiresAt = Now + (life ?? TimeSpan.FromDays(4)) };
        await Spool.StoreAsync(entry with { Parts = [part] }, default);
    }

    protected async Task<SpoolLease> StoreAndClaimAsync(SpoolEntry entry)
    {
        await Spool.StoreAsync(entry, default);
        return (await ClaimAsync()).Single();
    }

    protected async Task<IReadOnlyList<SpoolLease>> ClaimAsync(string group = "default", int limit = 100) =>
        await Spool.ClaimAsync(new SpoolClaim(group, limit, Now), default);

    protected async Task<string> ReadAsync(SpooledMessage message)
    {
        var body = await Spool.OpenBodyAsync(message, default);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, default);
        body.Release();
        return System.Text.Encoding.Latin1.GetString(bytes.ToArray());
    }

    protected static AttemptRecord Attempt(string summary) => new("u", summary, TimeSpan.FromMilliseconds(12));

    private async Task<int> ChangeAsync(QueueFilter filter, QueueAction action) =>
        (await Spool.ChangeAsync(filter, action, 100, default)).Changed;

    private static string Sender(SpoolLease lease) => Sender(lease.Delivery);

    private static string Sender(SpooledDelivery delivery) => delivery.Message.Envelope.Sender.Text;

    private static MessageBody Body(string text)
    {
        using var writer = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System).CreateWriter();
        writer.Write(System.Text.Encoding.Latin1.GetBytes(text));
        return writer.Complete(BodyTraits.None);
    }
}
