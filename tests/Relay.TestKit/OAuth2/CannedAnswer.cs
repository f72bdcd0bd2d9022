using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Relay.TestKit.OAuth2;

/// <summary>An answer of a <see cref="TokenEndpoint"/>.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Body">As it goes out.</param>
/// <param name="Location">Where it redirects to.</param>
public sealed record CannedAnswer(int Status, string Body, string? Location = null)
{
    /// <summary>A token (RFC 6749 §5.1).</summary>
    public static CannedAnswer Token(string token, int lifetime, string? refreshToken = null)
    {
        var members = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["token_type"] = "Bearer",
            ["access_token"] = token,
            ["expires_in"] = lifetime,
        };
        if (refreshToken is not null)
        {
            members["refresh_token"] = refreshToken;
        }

        return new CannedAnswer(200, JsonSerializer.Serialize(members));
    }

    /// <summary>A refusal (RFC 6749 §5.2).</summary>
    public static CannedAnswer Error(string error, string description, int status = 400)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal) { ["error"] = error, ["error_description"] = description };
        return new CannedAnswer(status, JsonSerializer.Serialize(members));
    }

    internal async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        if (Location is not null)
        {
            context.Response.Headers.Location = Location;
        }

        await context.Response.WriteAsync(Body, context.RequestAborted);
    }
}
