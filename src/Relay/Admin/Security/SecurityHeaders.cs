using Relay.Dashboard;

namespace Relay.Admin.Security;

/// <summary>Tells browsers to run nothing, load nothing from elsewhere and guess no types: mail is written by strangers.</summary>
internal static class SecurityHeaders
{
    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PagePolicy.IsFor(context)
            ? PagePolicy.Text
            : "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin"; // with "no-referrer" a browser would hide the origin of our own forms from OriginCheck, too
        headers.CacheControl = "no-store";
        return next(context);
    }
}
