using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary><c>GET /health/live</c>: 200 while the process serves at all; a restart would not mend anything that is wrong besides.</summary>
internal static class ShowLiveness
{
    public static Ok<HealthStatus> Handle() => TypedResults.Ok(new HealthStatus("live"));
}
