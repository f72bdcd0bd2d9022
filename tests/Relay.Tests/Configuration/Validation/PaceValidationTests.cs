using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Tests.Configuration.Validation;

/// <summary>What an upstream says of senders, replies and checks: one case a rule, and the error with its key.</summary>
internal sealed class PaceValidationTests
{
    private static readonly UpstreamOptions Upstream = new() { Address = "smtp.example.com:587" };

    [TestCaseSource(nameof(Faults))]
    public void A_fault_is_reported_with_its_key(UpstreamOptions upstream, string expected)
    {
        var errors = new List<ConfigurationError>();
        UpstreamValidation.Check(upstream, new KeyScope("U", errors));
        AgentValidation.Check(upstream, new HealthOptions(), new KeyScope("U", errors));

        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].ToString(), Does.StartWith($"U:{expected}"));
    }

    private static UpstreamOptions Patterns(params ThrottlePatternOptions[] patterns) => Upstream with { ThrottlePatterns = patterns };

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault(Upstream with { SenderPatterns = ["*", "example.com"] }, "SenderPatterns:1: \"example.com\" is not a pattern");
        yield return Fault(Patterns(new ThrottlePatternOptions { Match = "" }), "ThrottlePatterns:0:Match: is missing");
        yield return Fault(
            Patterns(new ThrottlePatternOptions { Match = "^4" }, new ThrottlePatternOptions { Match = "(" }),
            "ThrottlePatterns:1:Match: \"(\" is not a regular expression: "
        );
        yield return Fault(
            Patterns(new ThrottlePatternOptions { Match = "a", Pause = TimeSpan.FromDays(2) }),
            "ThrottlePatterns:0:Pause: 2.00:00:00 is not between"
        );
        yield return Fault(
            Patterns(
                new ThrottlePatternOptions
                {
                    Match = "a",
                    Meaning = ThrottleMeaning.Message,
                    Pause = TimeSpan.FromMinutes(1),
                }
            ),
            "ThrottlePatterns:0:Pause: is of no use"
        );
        yield return Fault(Upstream with { Agent = "*:9707", ActiveChecks = false }, "Agent: would never be asked: ActiveChecks is false");
    }

    private static TestCaseData Fault(UpstreamOptions upstream, string expected) =>
        new TestCaseData(upstream, expected).SetArgDisplayNames(expected);
}
