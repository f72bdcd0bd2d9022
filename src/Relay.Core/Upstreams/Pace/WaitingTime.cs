using System.Globalization;
using System.Text.RegularExpressions;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Reads out of a reply how long its server wants to be left alone: "try again in 60 seconds", "retry after 3600 s"; not "30 messages in 1 minute", which is no time to wait.
/// </summary>
internal static class WaitingTime
{
    /// <summary>Whoever says more is asked again after a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly Regex Words = new(
        @"\b(?:again|retry|wait|back)\b[^0-9]{0,30}\b(?:(?<hours>\d{1,6}) ?h(?:ours?|rs?)?|(?<minutes>\d{1,6}) ?m(?:inutes?|ins?)?|(?<seconds>\d{1,6}) ?s(?:econds?|ecs?)?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    );

    /// <summary>Null when the text says nothing of the kind.</summary>
    public static TimeSpan? In(string text) => Of(Words.Match(text));

    /// <summary>The sum of the groups <c>seconds</c>, <c>minutes</c> and <c>hours</c> of a match; null when none of them has a number.</summary>
    public static TimeSpan? Of(Match match)
    {
        var seconds = Number(match, "seconds") + (60 * Number(match, "minutes")) + (3600 * Number(match, "hours"));
        return seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)) : null;
    }

    private static double Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found
        && double.TryParse(found.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
