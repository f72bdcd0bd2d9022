using System.Net.Http.Headers;

namespace Relay.Admin.Security;

/// <summary>
/// Lets requests through that carry a configured bearer token (RFC 6750) or the cookie of a session, as far as that opens; everybody when no token is configured. From here on
/// the request has a user.
/// </summary>
internal sealed class AccessCheck(AdminTokens tokens, SessionCookie sessions, GuessingBrake brake, OperatorLog log)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (tokens.AreNone)
        {
            context.User = Caller.PrincipalOf(AccessLevel.Admin, "local");
            await next(context);
            return;
        }

        if (OpenBeforeLogin.Is(context))
        {
            await next(context);
            return;
        }

        var bearer = BearerOf(context.Request);
        if (bearer is not null && brake.IsOverrun)
        {
            await Refusals.TooManyGuesses(context);
            return;
        }

        var level = bearer is null ? sessions.LevelOf(context) : tokens.LevelOf(bearer);
        if (level is not { } known)
        {
            await RefuseAsync(context, isGuess: bearer is not null);
            return;
        }

        var credential = $"{(known == AccessLevel.Admin ? "admin" : "read-only")} {(bearer is null ? "session" : "token")}";
        context.User = Caller.PrincipalOf(known, credential);
        if (known == AccessLevel.Read && !MayRead(context))
        {
            await Refusals.ReadOnly(context);
            return;
        }

        await next(context);
    }

    private async Task RefuseAsync(HttpContext context, bool isGuess)
    {
        if (isGuess)
        {
            log.Refused(context, "a wrong token");
            await brake.SlowDownAsync(context.RequestAborted);
        }

        if (!isGuess && LoginPage.IsWanted(context.Request))
        {
            context.Response.Redirect(LoginPage.PathFor(context.Request));
            return;
        }

        await Refusals.Unauthorized(context);
    }

    /// <summary>Pages that are connected send what is done on them by POST too; what they may do is asked there.</summary>
    private static bool MayRead(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        || HttpMethods.IsHead(context.Request.Method)
        || ChangesNothing.Is(context)
        || context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal);

    private static string? BearerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return null;
        }

        var isBearer =
            AuthenticationHeaderValue.TryParse(header, out var value)
            && string.Equals(value.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase);
        return isBearer ? value?.Parameter ?? "" : "";
    }
}
