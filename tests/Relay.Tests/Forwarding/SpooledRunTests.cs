using Relay.Core.Configuration;
using Relay.Core.Forwarding;
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
            static () => true,
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
            static () => true,
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
            static () => true,
            CancellationToken.None
        );

        Assert.That(result.Outcomes.Select(static outcome => outcome.Kind), Is.All.EqualTo(OutcomeKind.Delivered));
        Assert.That(relay["a"].ConnectionCount, Is.EqualTo(4));
    }

    [TestCase(UpstreamClient.Native, "PIPELINING")]
    [TestCase(UpstreamClient.Native, "8BITMIME")]
    [TestCase(UpstreamClient.Native, "PIPELINING", "CHUNKING")]
    [TestCase(UpstreamClient.MailKit, "PIPELINING")]
    public async Task No_final_dot_goes_out_for_what_another_node_may_have_taken_over(UpstreamClient client, params string[] extensions)
    {
        await using var relay = PipelineFixture.With(["a"], upstream: options => options with { Client = client });
        relay["a"].Options = new ScriptedUpstreamOptions { Extensions = extensions };
        var slow = relay["a"].On(Stage.Rcpt).Hold();
        var message = relay.Message("one@example.org");
        var plan = relay.Dispatcher.Plan(message).Groups.Single();
        var isOurs = true;

        var run = relay.Forwarder.RunAsync(
            message,
            plan,
            TimeSpan.FromMinutes(1),
            attempts: 1,
            static _ => ValueTask.FromResult(true),
            () => Volatile.Read(ref isOurs),
            CancellationToken.None
        );
        await slow.Reached.WaitAsync(Until.Patience);
        Volatile.Write(ref isOurs, false); // in the midst of the transaction the lease runs out
        slow.Release();
        var result = await run;

        Assert.That(result.Outcomes.Select(static outcome => outcome.Kind), Is.EqualTo(new[] { OutcomeKind.Deferred }));
        Assert.That(relay["a"].Accepted, Is.Empty);
        Assert.That(relay.Server("a").Load.InFlight, Is.Zero);
    }

    [Test]
    public async Task Nothing_is_sent_in_one_flight_of_what_is_another_nodes()
    {
        await using var relay = PipelineFixture.Of("a");
        relay["a"].Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING", "CHUNKING"] };
        await RunAsync(relay, isOurs: true); // the server has shown that it takes BDAT
        var before = relay["a"].Commands.Count;

        var result = await RunAsync(relay, isOurs: false);

        Assert.That(result.Outcomes[0].Kind, Is.EqualTo(OutcomeKind.Deferred));
        Assert.That(relay["a"].Accepted, Has.Count.EqualTo(1));
        Assert.That(relay["a"].Commands.Skip(before), Has.None.StartsWith("BDAT"));
    }

    private static async Task<ForwardResult> RunAsync(PipelineFixture relay, bool isOurs)
    {
        var message = relay.Message("one@example.org");
        return await relay.Forwarder.RunAsync(
            message,
            relay.Dispatcher.Plan(message).Groups.Single(),
            TimeSpan.FromMinutes(1),
            attempts: 1,
            static _ => ValueTask.FromResult(true),
            () => isOurs,
            CancellationToken.None
        );
    }
}
