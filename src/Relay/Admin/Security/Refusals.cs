namespace Relay.Admin.Security;

/// <summary>What is answered to requests that do not come as far as an endpoint.</summary>
internal static class Refusals
{
    public static Task Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"Relay\"";
        return WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "Unauthorized",
            "Send the token: Authorization: Bearer …, or log in at /login."
        );
    }

    public static Task ReadOnly(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "This token is read-only: it changes nothing.");

    public static Task TooManyGuesses(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests", "Too many wrong tokens at once; try again.");
    }

    public static Task OtherHost(HttpContext context) =>
        WriteAsync(
            context,
            StatusCodes.Status421MisdirectedRequest,
            "Misdirected request",
            "This Relay does not answer to that host name."
        );

    public static Task OtherSite(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "This Relay takes no requests from pages of other sites.");

    private static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.StatusCode = status;
        return TypedResults.Problem(title: title, detail: detail, statusCode: status).ExecuteAsync(context);
    }
}
