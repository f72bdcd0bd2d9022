using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary><c>GET /health/ready</c>: 200 while mail can be accepted safely, else 503 with the reason.</summary>
internal static class ShowReadiness
{
    public static JsonHttpResult<HealthStatus> Handle(Readiness readiness) =>
        readiness.WhyNot is { } reason
            ? TypedResults.Json(new HealthStatus("not ready", reason), statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Json(new HealthStatus("ready"));
}
