using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams.Pace;

/// <summary>What was used of a quota outlives the process, however that ends and whatever somebody does to the clock.</summary>
public sealed class QuotaTests
{
    private readonly TestClock _fake = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private SteadyTime _time = null!;
    private TemporaryFolder _folder = null!;
    private readonly List<StartedPace> _started = [];
    private string? _boot;

    [SetUp]
    public void Begin() => (_time, _folder, _boot) = (new SteadyTime(_fake), new TemporaryFolder(), null);

    [TearDown]
    public void End()
    {
        _started.ForEach(static process => process.Kill());
        _started.Clear();
        _folder.Dispose();
    }

    [Test]
    public async Task After_a_restart_there_is_what_was_left()
    {
        var first = Start("100/day");
        Assert.That(await UseAsync(first, 70), Is.EqualTo(70));
        first.Dispose();

        var second = Start("100/day");

        Assert.That(await UseAsync(second, 100), Is.EqualTo(30));
        _fake.Advance(TimeSpan.FromDays(1));
        second.Dispose();
        Assert.That(await UseAsync(Start("100/day"), 200), Is.EqualTo(100));
    }

    [Test]
    public async Task After_a_crash_there_is_never_more_than_was_left_and_little_less()
    {
        var used = 0;
        for (var life = 0; life < 5; life++)
        {
            var started = Start("1000/day");
            used += await UseAsync(started, 150);
            started.Kill();
        }

        var rest = await UseAsync(Start("1000/day"), 1000);

        Assert.That(used + rest, Is.LessThanOrEqualTo(1000));
        Assert.That(used + rest, Is.GreaterThanOrEqualTo(1000 - (6 * 31)), "a crash costs no more than a block and a half");
    }

    [Test]
    public async Task What_a_crash_may_have_used_counts_from_the_next_start()
    {
        var first = Start("4/h");
        Assert.That(await UseAsync(first, 4), Is.EqualTo(4));
        first.Kill();
        _fake.Advance(TimeSpan.FromMinutes(50));

        var second = Start("4/h");

        _fake.Advance(TimeSpan.FromMinutes(59));
        Assert.That(await UseAsync(second, 4), Is.Zero, "they may have gone out the moment before the start");
        _fake.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await UseAsync(second, 4), Is.EqualTo(4));
    }

    [Test]
    public async Task A_clock_that_was_set_back_gives_nothing_back()
    {
        var first = Start("100/day");
        await UseAsync(first, 100);
        first.Dispose();
        _time.Error = TimeSpan.FromHours(-30);

        var second = Start("100/day");

        Assert.That(await UseAsync(second, 100), Is.Zero);
        _fake.Advance(TimeSpan.FromDays(1));
        Assert.That(await UseAsync(second, 200), Is.EqualTo(100), "a time in the future counts as now, and ends a window later");
    }

    [Test]
    public async Task A_clock_that_was_set_forward_gives_one_window_back_and_not_a_second_one()
    {
        var first = Start("100/day");
        await UseAsync(first, 100);
        first.Dispose();
        _time.Error = TimeSpan.FromDays(400);
        var second = Start("100/day");
        Assert.That(await UseAsync(second, 300), Is.EqualTo(100));
        second.Dispose();
        _time.Error = TimeSpan.Zero;

        Assert.That(await UseAsync(Start("100/day"), 300), Is.Zero);
    }

    [Test]
    public async Task As_long_as_the_machine_runs_nobody_can_set_the_clock_that_counts()
    {
        _boot = "7d3c";
        var first = Start("100/day");
        await UseAsync(first, 100);
        first.Dispose();
        _time.Error = TimeSpan.FromDays(400);

        var second = Start("100/day");
        Assert.That(await UseAsync(second, 300), Is.Zero);
        second.Dispose();
        _time.Error = TimeSpan.FromDays(-400);
        _fake.Advance(TimeSpan.FromHours(23));
        var third = Start("100/day");
        Assert.That(await UseAsync(third, 300), Is.Zero);
        third.Dispose();
        _fake.Advance(TimeSpan.FromHours(1));
        Assert.That(await UseAsync(Start("100/day"), 300), Is.EqualTo(100));
    }

    [Test]
    public async Task Within_a_process_the_clock_that_can_be_set_means_nothing()
    {
        var pace = Start("100/day").Pace;
        await UseAsync(pace, 100);

        _time.Error = TimeSpan.FromDays(3);

        Assert.That(await UseAsync(pace, 1), Is.Zero);
    }

    [Test]
    public async Task A_disk_that_refuses_leaves_no_room_beyond_what_is_reserved_and_says_why()
    {
        var (store, accounts, pace) = Start("1000/day");
        Assert.That(await UseAsync(pace, 100), Is.EqualTo(100));

        store.Fail(true);
        var beyond = await UseAsync(pace, 500);

        Assert.That(beyond, Is.LessThanOrEqualTo(30));
        Assert.That(accounts.Trouble, Does.Contain("the disk fails"));
        Assert.That(pace.Reason, Does.Contain("the disk fails"));
        store.Fail(false);
        _fake.Advance(TimeSpan.FromSeconds(2));
        await Until.TrueAsync(() => pace.HasRoom(1), "it can be written again", TimeSpan.FromSeconds(20));
        Assert.That(await UseAsync(pace, 100), Is.EqualTo(100));
        Assert.That(accounts.Trouble, Is.Null);
    }

    [Test]
    public async Task A_damaged_file_counts_as_a_quota_that_is_used_up()
    {
        var first = Start("100/day");
        await UseAsync(first, 1);
        first.Kill();
        var file = Directory.GetFiles(_folder.Path).Single();
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file))[..20]);

        var next = Start("100/day").Pace;

        Assert.That(await UseAsync(next, 1), Is.Zero);
        _fake.Advance(TimeSpan.FromDays(1));
        Assert.That(await UseAsync(next, 1), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_with_more_recipients_than_a_block_has_them_reserved()
    {
        var pace = Start(new UpstreamOptions { RecipientRates = ["1000/day"] }).Pace;

        await Until.TrueAsync(() => pace.TryTake(900, out _), "so many are reserved", TimeSpan.FromSeconds(20));
    }

    private StartedPace Start(string rate) => Start(new UpstreamOptions { Rates = [rate] });

    private StartedPace Start(UpstreamOptions options)
    {
        var store = new MortalStore(new QuotaFiles(_folder.Path, _boot));
        var accounts = new PaceAccounts(store, _time, NullLogger<PaceAccounts>.Instance);
        var pace = new UpstreamPace(_time, accounts.Of("default", "a"));
        pace.Apply(options);
        _started.Add(new StartedPace(store, accounts, pace));
        return _started[^1];
    }

    private static Task<int> UseAsync(StartedPace started, int wanted) => UseAsync(started.Pace, wanted);

    /// <summary>Sends as long as there is room, waiting for the disk as a message would; returns how many there was room for.</summary>
    private static async Task<int> UseAsync(UpstreamPace pace, int wanted)
    {
        var sent = 0;
        for (var isRoom = true; sent < wanted && isRoom; )
        {
            isRoom = await TryUseAsync(pace);
            sent += isRoom ? 1 : 0;
        }

        return sent;
    }

    private static async Task<bool> TryUseAsync(UpstreamPace pace)
    {
        PaceHold? hold = null;
        await Until.TrueAsync(
            () => pace.TryTake(1, out hold) || pace.Reason.Length > 0,
            "there is room, or a reason why not",
            TimeSpan.FromSeconds(20)
        );
        if (hold is null)
        {
            return false;
        }

        hold.Begin(1);
        hold.End();
        return true;
    }

    private sealed record StartedPace(MortalStore Store, PaceAccounts Accounts, UpstreamPace Pace) : IDisposable
    {
        /// <summary>The process ends in good order.</summary>
        public void Dispose()
        {
            Accounts.Dispose();
            Kill();
        }

        /// <summary>It ends at once: what it was about to write is not written.</summary>
        public void Kill() => Store.Fail(true);
    }

    private sealed class MortalStore(IQuotaStore store) : IQuotaStore
    {
        private readonly Lock _lock = new();
        private bool _isFailing;

        public void Fail(bool isFailing)
        {
            lock (_lock)
            {
                _isFailing = isFailing;
            }
        }

        public QuotaRecord? Read(string account) => store.Read(account);

        public void Write(string account, QuotaRecord record)
        {
            lock (_lock)
            {
                if (_isFailing)
                {
                    throw new IOException("the disk fails");
                }

                store.Write(account, record);
            }
        }
    }
}
