using System.Globalization;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>Has conversations of many seeds held in two ways, and wants each difference explained, and each explanation needed.</summary>
internal sealed class Comparison(IReadOnlyList<KnownDifference> known)
{
    private const int MostFailures = 5;

    private readonly HashSet<KnownDifference> _met = [];

    public async Task Async(int count, Func<Conversation, Task<Outcome>> run)
    {
        var only = Environment.GetEnvironmentVariable("RELAY_DIFFERENTIAL_SEED");
        var seeds = only is null ? Enumerable.Range(1, count) : [int.Parse(only, CultureInfo.InvariantCulture)];
        List<string> failures = [];
        foreach (var seed in seeds.TakeWhile(_ => failures.Count < MostFailures))
        {
            var outcome = await run(new ConversationMaker(seed).Make());
            failures.AddRange(Unexplained(outcome).Select(failure => $"Seed {seed}. {failure}"));
        }

        Assert.That(failures, Is.Empty, string.Join('\n', failures));
        Assert.That(only is null ? known.Except(_met).Select(static one => one.Reason) : [], Is.Empty, "explanations that explain nothing");
    }

    private IEnumerable<string> Unexplained(Outcome outcome)
    {
        foreach (var (index, turn) in outcome.Conversation.Turns.Index())
        {
            var differences = Enum.GetValues<Aspect>()
                .Select(aspect => new Difference(outcome.Conversation, turn, aspect, outcome.Expected[index], outcome.Actual[index]))
                .Where(static difference => !difference.ExpectedText.Equals(difference.ActualText, StringComparison.Ordinal));
            var unexplained = differences.Where(difference => !IsExplained(difference)).ToArray();
            if (unexplained.Length > 0)
            {
                yield return $"Message {index + 1}:\n{string.Join('\n', (object[])unexplained)}\n{turn}\n{outcome.Conversation}\n";
            }
        }
    }

    private bool IsExplained(Difference difference)
    {
        var explanations = known.Where(one => one.Explains(difference)).ToArray();
        _met.UnionWith(explanations);
        return explanations.Length > 0;
    }
}
