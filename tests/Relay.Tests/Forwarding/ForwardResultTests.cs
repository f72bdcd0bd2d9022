using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Forwarding;

/// <summary>What the forwarder gives back where attempts may outlive the budget: outcomes per recipient, and the attempts still running.</summary>
public sealed class ForwardResultTests
{
    private PipelineFixture _relay = null!;

    [SetUp]
    public void SetUp() =>
        _relay = PipelineFixture.With(
            ["a", "b"],
            upstream: options => options with { CommandTimeout = TimeSpan.FromMinutes(1) },
            delivery: new DeliveryOptions { Accept = AcceptMode.Hybrid }
        );

    [TearDown]
    public async Task TearDown() => await _relay.DisposeAsync();

    [Test]
    public async Task Outcomes_are_per_recipient_and_a_bad_one_harms_nobody()
    {
        _relay["a"].On(Stage.Rcpt).For("bad@example.org").Reply("550 5.1.1 no such user");
        _relay["a"].On(Stage.Rcpt).For("busy@example.org").Reply("450 4.2.1 busy");
        _relay["b"].On(Stage.Rcpt).For("busy@example.org").Reply("450 4.2.1 busy here too");
        var message = _relay.Message("good@example.org", "bad@example.org", "busy@example.org");

        var result = await _relay.Forwarder.ForwardAsync(message, _relay.Dispatcher.Plan(message), isProxy: false, CancellationToken.None);

        Assert.That(
            result.Outcomes.Select(outcome => (outcome.Kind, outcome.Upstream)),
            Is.EqualTo([(OutcomeKind.Delivered, "a"), (OutcomeKind.Rejected, "a"), (OutcomeKind.Deferred, "b")])
        );
        Assert.That(_relay["a"].Accepted.Single().Recipients, Has.Count.EqualTo(1));
        Assert.That(_relay["b"].Received, Is.Empty);
        Assert.That(result.Running, Is.Empty);
    }

    [Test]
    public async Task Recipients_beyond_the_servers_limit_go_in_a_further_transaction_on_the_same_connection()
    {
        _relay["a"].On(Stage.Rcpt).For("three@example.org").Reply("452 4.5.3 too many").Times(1);
        var message = _relay.Message("one@example.org", "two@example.org", "three@example.org");

        var result = await _relay.Forwarder.ForwardAsync(message, _relay.Dispatcher.Plan(message), isProxy: false, CancellationToken.None);

        Assert.That(result.Outcomes.Select(outcome => outcome.Kind), Is.All.EqualTo(OutcomeKind.Delivered));
        Assert.That(_relay["a"].Accepted.Select(mail => mail.Recipients.Count), Is.EqualTo([2, 1]));
        Assert.That(_relay["a"].ConnectionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task An_attempt_under_way_when_the_budget_ends_is_left_running_and_the_client_means_nothing_to_it_any_more()
    {
        var hold = _relay["a"].On(Stage.Data).Hold();
        using var client = new CancellationTokenSource();
        var message = _relay.Message();

        var forwarding = _relay.Forwarder.ForwardAsync(message, _relay.Dispatcher.Plan(message), isProxy: false, client.Token).AsTask();
        await hold.Reached;
        await Until.TrueAsync(() => Passes(forwarding), "the end of the budget");
        var result = await forwarding;
        message.Body.Release(); // the attempt holds a reference of its own
        await client.CancelAsync();
        hold.Release();

        Assert.That(result.Outcomes.Single().Kind, Is.EqualTo(OutcomeKind.Deferred));
        using var running = result.Running.Single();
        var attempt = await running.Completion;
        Assert.That(attempt.Verdicts.Single().Verdict.Outcome, Is.EqualTo(OutcomeKind.Delivered));
        Assert.That((_relay["a"].Accepted.Count, _relay["b"].ConnectionCount), Is.EqualTo((1, 0)), "no second attempt beside it");
    }

    [Test]
    public async Task A_refusal_is_not_the_last_word_on_a_recipient_of_an_attempt_that_still_runs()
    {
        await using var relay = PipelineFixture.With(
            ["a", "b"],
            static group => group with { Refused = RefusedHandling.TryNext },
            static upstream => upstream with { CommandTimeout = TimeSpan.FromMinutes(1) },
            new DeliveryOptions { Accept = AcceptMode.Hybrid }
        );
        relay["a"].On(Stage.Rcpt).For("moved@example.org").Reply("550 5.1.1 no such user");
        var hold = relay["b"].On(Stage.Data).Hold();
        var message = relay.Message("moved@example.org");

        var forwarding = relay.Forwarder.ForwardAsync(message, relay.Dispatcher.Plan(message), isProxy: false, CancellationToken.None);
        await hold.Reached;
        relay.Time.Advance(relay.Options.Delivery.InlineBudget);
        var result = await forwarding;
        hold.Release();

        Assert.That(result.Outcomes.Single(), Is.EqualTo(default(RecipientOutcome)), "neither bounced nor counted");
        using var running = result.Running.Single();
        Assert.That((await running.Completion).Verdicts.Single().Verdict.Outcome, Is.EqualTo(OutcomeKind.Delivered));
    }

    [Test]
    public async Task An_attempt_under_way_when_the_process_stops_is_left_running_too_so_that_it_can_be_stored()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();
        var message = _relay.Message();

        var forwarding = _relay
            .Forwarder.ForwardAsync(message, _relay.Dispatcher.Plan(message), isProxy: false, CancellationToken.None)
            .AsTask();
        await hold.Reached;
        _relay.Watch.GiveUp();
        var result = await forwarding;
        hold.Release();

        Assert.That(result.Outcomes.Single(), Is.EqualTo(default(RecipientOutcome)), "open: the spool takes it over");
        using var running = result.Running.Single();
        Assert.That((await running.Completion).Verdicts.Single().Verdict.Outcome, Is.EqualTo(OutcomeKind.Delivered));
    }

    private bool Passes(Task forwarding)
    {
        if (!forwarding.IsCompleted && _relay.Time.GetUtcNow() < _relay.Start + _relay.Options.Delivery.InlineBudget)
        {
            _relay.Time.Advance(TimeSpan.FromSeconds(1));
        }

        return forwarding.IsCompleted;
    }
}
