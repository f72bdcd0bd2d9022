using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Reloading;

namespace Relay.Admin.Config;

/// <summary><c>POST /api/v1/config/reload</c>: reads the configuration again. 200 with the changes, or 422 with everything that speaks against it.</summary>
internal static class ReloadConfiguration
{
    public static async Task<JsonHttpResult<ReloadResult>> HandleAsync(ConfigurationReloader reloader, OperatorLog log, HttpContext context)
    {
        // Reading files blocks, and the thread here is one that mail comes in by.
        var cause = $"asked for by {OperatorLog.Who(context)}";
        var result = await Task.Run(() => reloader.Reload(cause), context.RequestAborted);
        log.Did(context, "config.reload", $"revision {result.Revision}", result.Applied ? "applied" : "refused");
        return TypedResults.Json(result, statusCode: result.Applied ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
