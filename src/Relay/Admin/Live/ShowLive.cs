using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Live;

namespace Relay.Admin.Live;

/// <summary><c>GET /api/v1/live?seconds=&amp;points=</c>: the figures of this second, and what passed before.</summary>
internal static class ShowLive
{
    private const int DefaultSeconds = 300;

    /// <param name="sampler">Looks once a second.</param>
    /// <param name="seconds">How far back, 0 to 3600.</param>
    /// <param name="points">At most so many points, 1 to 3600.</param>
    public static Results<Ok<Figures>, ProblemHttpResult> Handle(
        TrafficSampler sampler,
        int seconds = DefaultSeconds,
        int points = DefaultSeconds
    )
    {
        if (seconds is < 0 or > TrafficHistory.Seconds)
        {
            return Problems.BadRequest($"seconds: {seconds} is not between 0 and {TrafficHistory.Seconds}.");
        }

        return points is < 1 or > TrafficHistory.Seconds
            ? Problems.BadRequest($"points: {points} is not between 1 and {TrafficHistory.Seconds}.")
            : TypedResults.Ok(new Figures(sampler.Current, sampler.History.Last(seconds, points)));
    }

    /// <param name="Current">As of a moment ago.</param>
    /// <param name="History">The oldest first.</param>
    internal sealed record Figures(LiveFigures Current, IReadOnlyList<TrafficPoint> History);
}
