using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Security;

/// <summary><c>POST /logout</c>: the browser forgets its session.</summary>
internal static class Logout
{
    public static RedirectHttpResult Handle(HttpContext context)
    {
        SessionCookie.Take(context);
        return TypedResults.LocalRedirect(LoginPage.Path);
    }
}
