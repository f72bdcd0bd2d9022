using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Security;

/// <summary><c>GET /login</c>: asks a browser for the token. A page without any script, for there is no session yet that one could belong to.</summary>
internal static class LoginPage
{
    public const string Path = "/login";

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>What is not said to programs, and not about requests that pages make by themselves.</summary>
    public static bool IsWanted(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static string PathFor(HttpRequest request) =>
        request.Path == "/" ? Path : $"{Path}?to={Uri.EscapeDataString(request.Path + request.QueryString)}";

    public static ContentHttpResult Show(HttpContext context, string? to = null)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Of(to, "");
    }

    /// <summary>The page once more, with what was wrong.</summary>
    public static ContentHttpResult Again(HttpContext context, string? to, string wrong, int status)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Of(to, wrong, status);
    }

    /// <summary>Only a place on this site.</summary>
    public static string Destination(string? to) =>
        to is { Length: > 0 and <= 500 }
        && to[0] == '/'
        && !to.StartsWith("//", StringComparison.Ordinal)
        && !to.AsSpan().ContainsAny("\\\r\n\t")
            ? to
            : "/";

    private static ContentHttpResult Of(string? to, string wrong, int status = StatusCodes.Status200OK)
    {
        var encode = HtmlEncoder.Default;
        var page = $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Relay: log in</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 15vh auto; padding: 0 1rem; }
            label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
            input, button { padding: .6rem .75rem; margin: .25rem 0 1rem; border-radius: .4rem; border: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
            button { cursor: pointer; background: #1f5fbf; color: #fff; border-color: transparent; }
            .wrong { color: #c62828; font-weight: 600; }
            @media (prefers-color-scheme: dark) { .wrong { color: #ff8a80; } }
            </style>
            </head>
            <body>
            <main>
            <h1>Relay</h1>
            <form method="post" action="{{Path}}">
            <input type="hidden" name="to" value="{{encode.Encode(Destination(to))}}">
            <label for="token">Token</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
            <button>Log in</button>
            </form>
            <p class="wrong" role="alert">{{encode.Encode(wrong)}}</p>
            </main>
            </body>
            </html>

            """;
        return TypedResults.Content(page, "text/html; charset=utf-8", Encoding.UTF8, status);
    }
}
