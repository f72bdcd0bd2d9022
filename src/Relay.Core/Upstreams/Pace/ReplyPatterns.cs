using System.Text.RegularExpressions;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Pace;

/// <summary>What the replies of one upstream say about pace: the patterns of its configuration, compiled once, and behind them the rules for every server.</summary>
internal sealed class ReplyPatterns
{
    public static readonly ReplyPatterns BuiltIn = new([]);

    private readonly (Regex Match, ThrottleMeaning Meaning, TimeSpan? Pause)[] _patterns;

    private ReplyPatterns((Regex, ThrottleMeaning, TimeSpan?)[] patterns) => _patterns = patterns;

    /// <param name="patterns">Valid ones.</param>
    public static ReplyPatterns Of(IReadOnlyList<ThrottlePatternOptions> patterns) =>
        patterns.Count == 0
            ? BuiltIn
            : new([.. patterns.Select(pattern => (Expression.Compile(pattern.Match), pattern.Meaning, pattern.Pause))]);

    /// <summary>What the reply says about pace; null when it says nothing of the kind.</summary>
    public ThrottleWord? Read(SmtpReply reply)
    {
        foreach (var (expression, meaning, pause) in _patterns)
        {
            if (Expression.Match(expression, reply.ToString()) is { } match)
            {
                return meaning == ThrottleMeaning.Message ? null : new ThrottleWord(meaning, WaitingTime.Of(match) ?? pause);
            }
        }

        return ThrottlePatterns.Read(reply);
    }
}
