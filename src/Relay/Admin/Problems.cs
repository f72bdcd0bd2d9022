using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary>Refusals as RFC 9457 wants them, worded alike everywhere.</summary>
internal static class Problems
{
    public static ProblemHttpResult NotFound(string what) =>
        TypedResults.Problem(title: "Not found", detail: what, statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult NoUpstream(string group, string name) => NotFound($"There is no upstream {group}/{name}.");

    public static ProblemHttpResult BadRequest(string why) =>
        TypedResults.Problem(title: "Bad request", detail: why, statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult Conflict(string why) =>
        TypedResults.Problem(title: "Conflict", detail: why, statusCode: StatusCodes.Status409Conflict);

    public static ProblemHttpResult Unavailable(string why) =>
        TypedResults.Problem(title: "Service unavailable", detail: why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
