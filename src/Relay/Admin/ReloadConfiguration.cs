using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Reloading;

namespace Relay.Admin;

/// <summary><c>POST /api/v1/config/reload</c>: reads the configuration again. 200 with the changes, or 422 with everything that speaks against it.</summary>
internal static class ReloadConfiguration
{
    public static JsonHttpResult<ReloadResult> Handle(ConfigurationReloader reloader, HttpContext context)
    {
        var result = reloader.Reload($"asked for by {OperatorLog.Who(context)}");
        return TypedResults.Json(result, statusCode: result.Applied ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
