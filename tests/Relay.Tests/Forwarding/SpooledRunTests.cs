using Relay.Core.Messages;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Forwarding;

/// <summary>A run from the spool, where each attempt is written down before it begins.</summary>
public sealed class SpooledRunTests
{
    [Test]
    public async Task What_was_delivered_stays_so_when_the_next_attempt_cannot_be_written_down()
    {
        await using var relay = PipelineFixture.Of("a", "b");
        relay["a"].On(Stage.Rcpt).For("later@example.org").Reply("450 4.2.1 Busy");
        var message = relay.Message("now@example.org", "later@example.org");
        var plan = relay.Dispatcher.Plan(message).Groups.Single();
        List<string> asked = [];
        List<string> settled = [];

        var result = await relay.Forwarder.RunAsync(
            message,
            plan,
            TimeSpan.FromMinutes(1),
            attempts: 3,
            next =>
            {
                asked.Add(next.Server.Name);
                settled.Add(
                    string.Join(' ', next.Settled.Select(static done => $"{done.Position} {done.Outcome.Kind} {done.Outcome.Upstream}"))
                );
                return ValueTask.FromResult(asked.Count == 1);
            },
            CancellationToken.None
        );

        Assert.That(asked, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(settled, Is.EqualTo(new[] { "", "0 Delivered a" }));
        Assert.That(
            result.Outcomes.Select(static outcome => outcome.Kind),
            Is.EqualTo(new[] { OutcomeKind.Delivered, OutcomeKind.Deferred })
        );
        Assert.That((relay["b"].ConnectionCount, relay.Server("b").Load.InFlight), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_further_transaction_goes_over_a_fresh_connection_where_the_last_one_could_not_be_reset()
    {
        await using var relay = PipelineFixture.With(["a"], upstream: options => options with { RecipientsPerMessage = 1 });
        relay["a"].On(Stage.Rcpt).For("one@example.org").Reply("450 4.2.1 Busy");
        relay["a"].On(Stage.Rset).Reply("500 5.5.1 What?");
        var message = relay.Message("one@example.org", "two@example.org");
        var plan = relay.Dispatcher.Plan(message).Groups.Single();

        var result = await relay.Forwarder.RunAsync(
            message,
            plan,
            TimeSpan.FromMinutes(1),
            attempts: 1,
            static _ => ValueTask.FromResult(true),
            CancellationToken.None
        );

        Assert.That(
            result.Outcomes.Select(static outcome => outcome.Kind),
            Is.EqualTo(new[] { OutcomeKind.Deferred, OutcomeKind.Delivered })
        );
        Assert.That(relay["a"].ConnectionCount, Is.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_takes_one_transaction_a_connection_gets_as_many_connections_as_it_takes()
    {
        await using var relay = PipelineFixture.With(["a"], upstream: options => options with { RecipientsPerMessage = 1 });
        relay["a"].Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING", "LIMITS MAILMAX=1"] };
        var message = relay.Message("one@example.org", "two@example.org", "three@example.org", "four@example.org");
        var plan = relay.Dispatcher.Plan(message).Groups.Single();

        var result = await relay.Forwarder.RunAsync(
            message,
            plan,
            TimeSpan.FromMinutes(1),
            attempts: 1,
            static _ => ValueTask.FromResult(true),
            CancellationToken.None
        );

        Assert.That(result.Outcomes.Select(static outcome => outcome.Kind), Is.All.EqualTo(OutcomeKind.Delivered));
        Assert.That(relay["a"].ConnectionCount, Is.EqualTo(4));
    }
}
