using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Telemetry.Trail;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Telemetry.Trail;

/// <summary>What is remembered of messages that go the whole way.</summary>
internal sealed class PipelineTrailTests
{
    [Test]
    public async Task Each_attempt_is_remembered_with_its_dialogue()
    {
        await using var relay = PipelineFixture.Of("a", "b");
        relay["a"].On(Stage.Dot).Reply("451 4.3.0 busy");
        relay["b"].On(Stage.Dot).Reply("250 2.0.0 Ok: queued as 4XYZ");

        await relay.SendAsync("to@example.org");

        var entry = relay.Trail.Entries().Single();
        Assert.That(entry.Attempts.Select(static attempt => attempt.Upstream), Is.EqualTo(["a", "b"]));
        Assert.That(entry.Attempts.Select(static attempt => attempt.Group), Is.All.EqualTo("default"));
        Assert.That(entry.Outcomes.Single().Kind, Is.EqualTo(OutcomeKind.Delivered));
        var lines = Dialogue.Of(entry.Envelope.Sender, entry.Attempts[0], mostRecipients: 10);
        Assert.That(lines[0].Command, Is.EqualTo("MAIL FROM:<sender@example.com>"));
        Assert.That(lines[1], Is.EqualTo(new DialogueLine("RCPT TO:<to@example.org>", lines[1].Reply)));
        Assert.That(lines[^1].Reply, Is.EqualTo("451 4.3.0 busy"));
    }

    [Test]
    public async Task A_dialogue_tells_of_a_few_recipients_and_counts_the_rest()
    {
        await using var relay = PipelineFixture.Of("a");

        await relay.SendAsync([.. Enumerable.Range(0, 30).Select(static number => $"to{number}@example.org")]);

        var lines = Dialogue.Of(MailPath.Null, relay.Trail.Entries().Single().Attempts.Single(), mostRecipients: 5);
        Assert.That(lines.Count(static line => line.Command.StartsWith("RCPT TO:<", StringComparison.Ordinal)), Is.EqualTo(5));
        Assert.That(lines.Select(static line => line.Command), Does.Contain("RCPT TO: 25 more"));
    }

    [Test]
    public async Task Without_a_trail_no_dialogue_is_kept()
    {
        await using var relay = PipelineFixture.With(
            new RelayOptions
            {
                Trail = new TrailOptions { Messages = 0 },
                Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
                {
                    ["default"] = new()
                    {
                        Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
                        {
                            ["a"] = new() { Address = "unused:25" },
                        },
                    },
                },
            }
        );
        Assert.That(await relay.SendAsync("to@example.org"), Does.StartWith("250"));
        Assert.That(relay.Trail.Count, Is.Zero);
    }
}
