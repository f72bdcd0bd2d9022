using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool;

/// <summary>Mail that finds its upstreams out of pace: spooled at once with the right time, and claimed only as far as there is room.</summary>
public sealed class PacedSpoolTests
{
    private TemporaryFolder _folder = null!;
    private CountingSpool _spool = null!;
    private SqliteSpool _sqlite = null!;
    private PipelineFixture _relay = null!;

    [SetUp]
    public void Begin() => _folder = new TemporaryFolder();

    [TearDown]
    public async Task End()
    {
        await _relay.Spool.Worker.StopAsync(default);
        await _relay.DisposeAsync();
        await _sqlite.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_message_without_room_in_the_budget_is_queued_at_once_and_due_when_there_is_room()
    {
        await StartAsync(rates: ["1/h"]);
        Assert.That(await _relay.SendAsync(), Does.Contain("via a"));
        var sentAt = _relay.Time.GetUtcNow();

        Assert.That(await _relay.SendAsync(), Does.EndWith("queued"));

        var row = (await RowsAsync()).Single();
        Assert.That(row.Part.DueAt, Is.EqualTo(sentAt.AddHours(1)));
        Assert.That((row.Part.Runs, row.Part.Reason), Is.EqualTo((0, "no upstream that could take it has room within its pace")));
        await AdvanceAsync(TimeSpan.FromMinutes(61), until: () => _relay["a"].Accepted.Count == 2);
    }

    [Test]
    public async Task A_pile_that_is_due_is_claimed_one_by_one_as_there_is_room_and_nothing_is_given_back()
    {
        await StartAsync(rates: ["2/min"]);
        for (var message = 0; message < 10; message++)
        {
            await StoreAsync();
        }

        await AdvanceAsync(TimeSpan.FromMinutes(6), until: () => _relay["a"].Accepted.Count == 10);

        Assert.That(_spool.Claimed, Is.EqualTo(10));
        Assert.That(_spool.GivenBack, Is.Zero);
    }

    [Test]
    public async Task The_backlog_has_its_share_although_more_fresh_mail_comes_than_there_is_room_for()
    {
        await StartAsync(rates: ["2/s"]);
        var isOver = false;
        var clients = Enumerable.Range(0, 6).Select(_ => SendUntilAsync(() => Volatile.Read(ref isOver))).ToList();
        await AdvanceAsync(TimeSpan.FromSeconds(10), until: () => _relay["a"].Accepted.Count >= 4);
        for (var message = 0; message < 5; message++)
        {
            await StoreAsync();
        }

        await AdvanceAsync(TimeSpan.FromSeconds(40), until: () => _relay["a"].Accepted.Count(IsOfBacklog) == 5);

        Volatile.Write(ref isOver, true);
        await AdvanceAsync(TimeSpan.FromSeconds(40), until: () => clients.TrueForAll(static client => client.IsCompleted));
        await Task.WhenAll(clients);
        Assert.That(
            _relay["a"].Accepted.Count(static mail => !IsOfBacklog(mail)),
            Is.GreaterThanOrEqualTo(4 * 5 - 4),
            "fresh mail goes first"
        );
    }

    [Test]
    public async Task More_recipients_than_a_window_holds_get_the_message_one_part_after_the_other()
    {
        await StartAsync(recipientRates: ["3/min"]);

        var reply = await _relay.SendAsync([.. Enumerable.Range(0, 8).Select(static index => $"r{index}@example.net")]);

        Assert.That(reply, Does.EndWith("queued"));
        Assert.That(_relay["a"].Accepted.Single().Recipients, Has.Count.EqualTo(3));
        await AdvanceAsync(TimeSpan.FromMinutes(4), until: () => _relay["a"].Accepted.Count == 3);
        Assert.That(_relay["a"].Accepted.Select(static mail => mail.Recipients.Count), Is.EqualTo(new[] { 3, 3, 2 }));
        await Until.TrueAsync(async () => (await RowsAsync()).Count == 0, "all is settled");
    }

    [Test]
    public async Task A_limit_that_a_reload_raises_brings_forward_what_waits_for_it()
    {
        await StartAsync(rates: ["1/day"]);
        await _relay.SendAsync();
        await _relay.SendAsync();
        Assert.That((await RowsAsync()).Single().Part.DueAt, Is.GreaterThan(_relay.Time.GetUtcNow().AddHours(23)));

        _relay.Apply(Options(["5/day"], []));

        await AdvanceAsync(TimeSpan.FromSeconds(5), until: () => _relay["a"].Accepted.Count == 2);
    }

    [Test]
    public async Task A_server_that_is_back_brings_forward_what_waits_for_room_elsewhere()
    {
        await StartAsync(rates: ["1/day"], others: ["b"]);
        var b = _relay.Server("b");
        b.Drain();
        _relay.Topology.Current.Groups["default"].Refresh();
        await _relay.SendAsync();
        Assert.That(await _relay.SendAsync(), Does.EndWith("queued"));

        b.Resume();
        _relay.Topology.Current.Groups["default"].Refresh();

        await AdvanceAsync(TimeSpan.FromSeconds(5), until: () => _relay["b"].Accepted.Count == 1);
    }

    [Test]
    public async Task What_is_over_is_given_up_although_there_is_no_room()
    {
        await StartAsync(rates: ["1/day"], giveUpAfter: TimeSpan.FromMinutes(10));
        await _relay.SendAsync();
        await _relay.SendAsync();

        // The notice of it waits for room too, and fails in its turn.
        await AdvanceAsync(TimeSpan.FromMinutes(11), until: () => _sqlite.Statistics is { Waiting: 0, Failed: > 0 });
    }

    [Test]
    public async Task Without_a_spool_the_client_hears_it_at_once()
    {
        await StartAsync(rates: ["1/day"], accept: AcceptMode.Proxy);
        await _relay.SendAsync();

        Assert.That(await _relay.SendAsync(), Does.StartWith("451 4.4.1"));
    }

    private static bool IsOfBacklog(ReceivedMail mail) => !mail.Recipients[0].Contains("fresh", StringComparison.Ordinal);

    private async Task SendUntilAsync(Func<bool> isOver)
    {
        while (!isOver())
        {
            await _relay.SendAsync("fresh@example.net");
        }
    }

    private async Task StartAsync(
        string[]? rates = null,
        string[]? recipientRates = null,
        string[]? others = null,
        AcceptMode accept = AcceptMode.Hybrid,
        TimeSpan? giveUpAfter = null
    )
    {
        var options = Options(rates ?? [], recipientRates ?? [], others) with
        {
            Delivery = new DeliveryOptions { Accept = accept },
            Spool = new SpoolOptions { Path = Path.Combine(_folder.Path, "spool.db"), MinimumFree = 0 },
            Retry = new RetryOptions { GiveUpAfter = giveUpAfter ?? TimeSpan.FromDays(4) },
        };
        var time = new TestClock();
        _sqlite = SqliteSpool.Open(options, new BodyStorage(long.MaxValue, Path.GetTempPath(), time), time);
        _spool = new CountingSpool(_sqlite);
        _relay = PipelineFixture.With(options, _spool, time);
        await _relay.Spool.Worker.StartAsync(default);
    }

    private static RelayOptions Options(string[] rates, string[] recipientRates, string[]? others = null)
    {
        var upstreams = (others ?? []).ToDictionary(
            static name => name,
            static _ => new UpstreamOptions { Address = "unused:25" },
            StringComparer.OrdinalIgnoreCase
        );
        upstreams["a"] = new UpstreamOptions
        {
            Address = "unused:25",
            Rates = rates,
            RecipientRates = recipientRates,
        };
        return new RelayOptions
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new GroupOptions { Strategy = "Failover", Upstreams = upstreams },
            },
        };
    }

    private async Task StoreAsync()
    {
        var message = _relay.Message();
        var part = new SpoolPart
        {
            Group = "default",
            Recipients = message.Envelope.Recipients,
            DueAt = _relay.Time.GetUtcNow(),
            ExpiresAt = _relay.Time.GetUtcNow().AddDays(4),
        };
        var spooled = SpooledMessage.Of(message, _relay.Time.GetUtcNow());
        await _sqlite.StoreAsync(
            new SpoolEntry
            {
                Message = spooled,
                Body = message.Body,
                Parts = [part],
            },
            default
        );
    }

    private ValueTask<IReadOnlyList<SpooledDelivery>> RowsAsync() => _sqlite.ListAsync(new QueueFilter(), 100, default);

    /// <summary>
    /// Moves time on in small steps, each long enough for real threads to do what is due by then; on a busy machine they may need more of it, so that the
    /// clock never stands still.
    /// </summary>
    private async Task AdvanceAsync(TimeSpan most, Func<bool> until)
    {
        var end = _relay.Time.GetUtcNow() + most;
        await Until.TrueByStepsAsync(
            until,
            () => _relay.Time.Advance(_relay.Time.GetUtcNow() < end ? most / 200 : TimeSpan.FromSeconds(1)),
            "what is due goes out"
        );
    }

    /// <summary>Counts how often rows are taken, and how often in vain.</summary>
    private sealed class CountingSpool(IMessageSpool spool) : IMessageSpool
    {
        private int _claimed;
        private int _givenBack;

        public int Claimed => Volatile.Read(ref _claimed);

        public int GivenBack => Volatile.Read(ref _givenBack);

        public SpoolCondition Condition => spool.Condition;

        public SpoolStatistics Statistics => spool.Statistics;

        public event Action? WorkArrived
        {
            add => spool.WorkArrived += value;
            remove => spool.WorkArrived -= value;
        }

        public ValueTask<IReadOnlyList<SpoolLease>> StoreAsync(SpoolEntry entry, CancellationToken cancellationToken) =>
            spool.StoreAsync(entry, cancellationToken);

        public async ValueTask<IReadOnlyList<SpoolLease>> ClaimAsync(SpoolClaim claim, CancellationToken cancellationToken)
        {
            var leases = await spool.ClaimAsync(claim, cancellationToken);
            Interlocked.Add(ref _claimed, leases.Count);
            return leases;
        }

        public ValueTask<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken) =>
            spool.OpenBodyAsync(message, cancellationToken);

        public ValueTask<SpoolLease> BeginAttemptAsync(
            SpoolLease lease,
            string upstream,
            EarlierAttempts? earlier,
            CancellationToken cancellationToken
        ) => spool.BeginAttemptAsync(lease, upstream, earlier, cancellationToken);

        public ValueTask SettleAsync(SpoolLease lease, Settlement settlement, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _givenBack, settlement.Remaining.Count);
            return spool.SettleAsync(lease, settlement, cancellationToken);
        }

        public ValueTask<IReadOnlyList<SpooledDelivery>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken) =>
            spool.ListAsync(filter, limit, cancellationToken);

        public ValueTask<IReadOnlyList<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken) =>
            spool.HistoryAsync(message, cancellationToken);

        public ValueTask<QueueChange> ChangeAsync(QueueFilter filter, QueueAction action, int limit, CancellationToken cancellationToken) =>
            spool.ChangeAsync(filter, action, limit, cancellationToken);

        public ValueTask ForgetGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken) =>
            spool.ForgetGroupsAsync(groups, cancellationToken);

        public ValueTask BringForwardAsync(string? group, CancellationToken cancellationToken) =>
            spool.BringForwardAsync(group, cancellationToken);
    }
}
