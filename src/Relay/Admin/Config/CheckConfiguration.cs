using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Admin.Security;
using Relay.Reloading;

namespace Relay.Admin.Config;

/// <summary><c>POST /api/v1/config/check</c>, the body being a configuration file: a dry run. Nothing changes.</summary>
internal static class CheckConfiguration
{
    public const int LongestBody = 1024 * 1024;

    public static async Task<Results<Ok<CheckResult>, ProblemHttpResult>> HandleAsync(HttpContext context, ConfigurationCheck check)
    {
        if (await ReadAsync(context.Request, context.RequestAborted) is not { Length: > 0 } text)
        {
            return Problems.BadRequest($"A configuration of at most {LongestBody} bytes is needed, as the file would hold it.");
        }

        // Reading files blocks, and the thread here is one that mail comes in by.
        var readsFiles = Caller.Of(context).MayChange;
        var result = await Task.Run(() => check.Check(text, readsFiles), context.RequestAborted);
        return result is null
            ? Problems.Conflict("This Relay was started without a configuration that can be read again.")
            : TypedResults.Ok(result);
    }

    /// <summary>Null when it is too long.</summary>
    private static async Task<string?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (text.Length + count > LongestBody)
            {
                return null;
            }

            await text.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
