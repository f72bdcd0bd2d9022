using System.Security.Claims;

namespace Relay.Admin.Security;

/// <summary>Who sends a request, and what they may do.</summary>
/// <param name="Level">What they may do.</param>
/// <param name="Credential">How they are known: <c>admin token</c>, <c>read-only token</c>, <c>admin session</c>, <c>read-only session</c>, or <c>local</c> where no token is asked for.</param>
/// <param name="Address">From where.</param>
internal sealed record Caller(AccessLevel Level, string Credential, string Address)
{
    private const string Role = "admin";

    /// <summary>Whether they may change something.</summary>
    public bool MayChange => Level == AccessLevel.Admin;

    /// <summary>Whether they came by <c>/login</c>, and can leave by <c>/logout</c>.</summary>
    public bool HasSession => Credential.EndsWith("session", StringComparison.Ordinal);

    /// <summary>For the log: <c>admin token, 192.0.2.1</c>.</summary>
    public override string ToString() => $"{Credential}, {Address}";

    /// <summary>As the access check found them.</summary>
    public static Caller Of(HttpContext context) => Of(context.User, AddressOf(context));

    /// <summary>The same from what outlives a request: a page that is connected keeps the user of the request it began with.</summary>
    public static Caller Of(ClaimsPrincipal user, string address)
    {
        var level = user.IsInRole(Role) ? AccessLevel.Admin : AccessLevel.Read;
        return new Caller(level, user.Identity?.Name ?? "unknown", address);
    }

    /// <summary>A request over a Unix socket has no address.</summary>
    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "a local client";

    /// <summary>Makes them the user of the request.</summary>
    public static ClaimsPrincipal PrincipalOf(AccessLevel level, string credential)
    {
        List<Claim> claims = [new(ClaimTypes.Name, credential)];
        if (level == AccessLevel.Admin)
        {
            claims.Add(new Claim(ClaimTypes.Role, Role));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, "Relay"));
    }
}
