using System.Collections.Concurrent;
using System.Globalization;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>Has conversations of many seeds held in two ways, and wants each difference explained, and each explanation needed.</summary>
internal sealed class Comparison(IReadOnlyList<KnownDifference> known)
{
    private const int MostFailures = 5;

    private readonly ConcurrentDictionary<KnownDifference, string> _met = [];

    /// <param name="count">Seeds from 1 on.</param>
    /// <param name="lanes">Conversations at once: some wait by the clock on the wall for what does not come.</param>
    /// <param name="run">Holds one in both ways.</param>
    public async Task Async(int count, int lanes, Func<Conversation, Task<Outcome>> run)
    {
        var only = Environment.GetEnvironmentVariable("RELAY_DIFFERENTIAL_SEED");
        var seeds = only is null ? Enumerable.Range(1, count) : [int.Parse(only, CultureInfo.InvariantCulture)];
        ConcurrentQueue<string> failures = [];
        await Parallel.ForEachAsync(
            seeds.TakeWhile(_ => failures.Count < MostFailures),
            new ParallelOptions { MaxDegreeOfParallelism = lanes },
            async (seed, _) =>
            {
                foreach (var failure in await FailuresAsync(seed, run))
                {
                    failures.Enqueue($"Seed {seed}. {failure}");
                }
            }
        );

        Assert.That(failures, Is.Empty, string.Join('\n', failures));
        Assert.That(
            only is null ? known.Except(_met.Keys).Select(static one => one.Reason) : [],
            Is.Empty,
            "explanations that explain nothing"
        );
    }

    // An exception is a failure like others: without its seed nobody could have it again.
    private async Task<IReadOnlyList<string>> FailuresAsync(int seed, Func<Conversation, Task<Outcome>> run)
    {
        try
        {
            return [.. Unexplained(await run(new ConversationMaker(seed).Make()))];
        }
        catch (Exception exception)
        {
            return [$"{exception}"];
        }
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
        foreach (var explanation in explanations)
        {
            _met.TryAdd(explanation, explanation.Reason);
        }

        return explanations.Length > 0;
    }
}
