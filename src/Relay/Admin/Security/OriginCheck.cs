namespace Relay.Admin.Security;

/// <summary>
/// Refuses requests that a page of another site makes a browser send. On loopback there is no token, and a POST without a body needs no
/// permission of ours to be sent; the Origin field, which pages cannot forge, tells where it comes from.
/// </summary>
internal static class OriginCheck
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // Programs that are no browsers send no Origin.
        var origins = context.Request.Headers.Origin;
        if (origins.Count == 0 || IsOurs(origins.ToString(), context.Request.Host))
        {
            return next(context);
        }

        return Refusals.OtherSite(context);
    }

    /// <summary>Host and port are those of the request, whose host <see cref="HostCheck"/> has seen. The scheme is not: a proxy in front may speak TLS.</summary>
    private static bool IsOurs(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
