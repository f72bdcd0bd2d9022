using Relay.Core.Messages;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool;

/// <summary>What Relay does about a message that its client need not wait for.</summary>
public sealed class SpoolAcceptanceTests
{
    [Test]
    public async Task A_message_that_has_arrived_stays_so_when_the_notice_of_it_cannot_be_stored()
    {
        await using var relay = PipelineFixture.Of("a"); // its spool stores nothing
        relay["a"].Options = relay["a"].Options with { Extensions = ["PIPELINING"] };
        var message = Some.Message(
            time: relay.Time,
            change: static envelope => envelope with { Recipients = [envelope.Recipients[0] with { Notify = DsnNotify.Success }] }
        );
        var plan = relay.Dispatcher.Plan(message);
        var result = await relay.Forwarder.ForwardAsync(message, plan, isProxy: false, CancellationToken.None);

        Assert.That(async () => await relay.Spool.Acceptance.TellRelayedAsync(message, plan, result.Outcomes), Throws.Nothing);

        Assert.That(result.Outcomes.Single().Kind, Is.EqualTo(OutcomeKind.Delivered));
        message.Body.Release(); // the last reference: the notice has left none
        Assert.That(message.Body.AddReference, Throws.TypeOf<ObjectDisposedException>());
    }
}
