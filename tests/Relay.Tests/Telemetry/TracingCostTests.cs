using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams.Connections;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Telemetry;

public sealed class TracingCostTests
{
    [Test]
    public void Without_a_listener_spans_cost_no_memory()
    {
        var message = Some.Message();
        Run(message); // what is made once

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1000; number++)
        {
            Run(message);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Run(ReceivedMessage message)
    {
        using var span = RelayTracing.BeginMessage(message, default);
        using var attempt = RelayTracing.BeginAttempt("default", "a");
        StageSpans.Begin()?.Enter(TransactionStage.Mail);
        RelayTracing.End(attempt, OutcomeKind.Delivered, null, null);
    }
}
