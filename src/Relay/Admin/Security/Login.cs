namespace Relay.Admin.Security;

/// <summary><c>POST /login</c>: a session for a token, from the form of <see cref="LoginPage"/>.</summary>
internal sealed class Login(AdminTokens tokens, SessionCookie sessions, GuessingBrake brake, OperatorLog log)
{
    /// <summary>A form with a token and a place to go on to.</summary>
    private const int LongestForm = 8 * 1024;

    public static Task<IResult> HandleAsync(HttpContext context, Login login) => login.HandleAsync(context);

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength is not (> 0 and <= LongestForm))
        {
            return Problems.BadRequest($"A form with the field token is needed, of at most {LongestForm} bytes.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var to = form["to"].ToString();
        if (brake.IsOverrun)
        {
            context.Response.Headers.RetryAfter = "1";
            return LoginPage.Again(context, to, "Too many wrong tokens at once; try again.", StatusCodes.Status429TooManyRequests);
        }

        if (tokens.LevelOf(form["token"].ToString()) is not { } level)
        {
            log.Refused(context, "a wrong token at the login");
            await brake.SlowDownAsync(context.RequestAborted);
            return LoginPage.Again(context, to, "This is not a token of this Relay.", StatusCodes.Status401Unauthorized);
        }

        sessions.Give(context, level);
        context.User = Caller.PrincipalOf(level, level == AccessLevel.Admin ? "admin session" : "read-only session");
        log.Did(context, "login", "dashboard", "a session was opened");
        return TypedResults.LocalRedirect(LoginPage.Destination(to));
    }
}
