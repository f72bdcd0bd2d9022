using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Forwarding;

/// <summary>How long a message is waited for: budgets, servers that hang, clients that leave, the end of the process.</summary>
public sealed class PatienceTests
{
    private PipelineFixture _relay = null!;

    [SetUp]
    public void SetUp() => _relay = PipelineFixture.Of("a", "b", "backup");

    [TearDown]
    public async Task TearDown() => await _relay.DisposeAsync();

    [TestCase(Stage.Greeting)]
    [TestCase(Stage.Mail)]
    [TestCase(Stage.Data)]
    public async Task A_server_that_hangs_is_left_in_time_for_another(Stage stage)
    {
        var hang = _relay["a"].On(stage).Silence();
        var start = _relay.Time.GetUtcNow();

        var sending = _relay.SendAsync();
        await hang.Reached;
        await AdvanceUntilAsync(_relay, sending);

        Assert.That(await sending, Does.StartWith("250 "));
        Assert.That(_relay.Time.GetUtcNow() - start, Is.LessThan(_relay.Options.Delivery.InlineBudget));
    }

    [Test]
    public async Task Once_the_budget_is_spent_no_new_attempt_is_started()
    {
        await using var relay = PipelineFixture.With(
            ["a", "b"],
            upstream: options => options with { CommandTimeout = TimeSpan.FromSeconds(20) }
        );
        var hang = relay["a"].On(Stage.Mail).Silence();

        var sending = relay.SendAsync();
        await hang.Reached;
        await AdvanceUntilAsync(relay, sending);

        Assert.That(await sending, Does.StartWith("451 4.4.1"));
        Assert.That(relay["b"].ConnectionCount, Is.Zero);
    }

    [Test]
    public async Task A_dot_that_is_out_is_waited_for_beyond_the_budget()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();

        var sending = _relay.SendAsync();
        await hold.Reached;
        _relay.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(sending.IsCompleted, Is.False);
        hold.Release();

        Assert.That(await sending, Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task A_client_that_leaves_before_the_dot_has_not_handed_the_message_over()
    {
        var hold = _relay["a"].On(Stage.Data).Hold();
        using var client = new CancellationTokenSource();

        var accepting = _relay.Pipeline.AcceptAsync(_relay.Message(), client.Token).AsTask();
        await hold.Reached;
        await client.CancelAsync();
        await accepting;
        hold.Release();

        Assert.That((_relay["a"].Received.Count, _relay["b"].ConnectionCount), Is.EqualTo((0, 0)));
        Assert.That(_relay.Server("a").Load.Failed, Is.Zero);
    }

    [Test]
    public async Task A_client_that_leaves_after_the_dot_changes_nothing()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();
        using var client = new CancellationTokenSource();

        var accepting = _relay.Pipeline.AcceptAsync(_relay.Message(), client.Token).AsTask();
        await hold.Reached;
        await client.CancelAsync();
        hold.Release();

        Assert.That((await accepting).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task When_patience_ends_what_has_not_sent_its_dot_is_dropped_and_answered()
    {
        var hold = _relay["a"].On(Stage.Data).Hold();

        var sending = _relay.SendAsync();
        await hold.Reached;
        _relay.Watch.GiveUp();

        Assert.That(await sending, Does.StartWith("451 4.4.1"));
        hold.Release();
        Assert.That((_relay["a"].Received.Count, _relay["b"].ConnectionCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task When_patience_ends_a_dot_that_is_out_is_answered_as_unconfirmed()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();

        var sending = _relay.SendAsync();
        await hold.Reached;
        _relay.Watch.GiveUp();

        Assert.That(await sending, Does.StartWith("451 4.4.2"));
        hold.Release();
    }

    private (int A, int B, int Backup) Accepted() =>
        (_relay["a"].Accepted.Count, _relay["b"].Accepted.Count, _relay["backup"].Accepted.Count);

    private static Task AdvanceUntilAsync(PipelineFixture relay, Task end) =>
        Until.TrueByStepsAsync(() => end.IsCompleted, () => relay.Time.Advance(TimeSpan.FromSeconds(1)), "the end, on a clock that runs");
}
