using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Relay.Core.Configuration;

namespace Relay.Admin.Security;

/// <summary>Lets requests through that carry the configured bearer token (RFC 6750); everybody when none is configured.</summary>
internal sealed class TokenCheck(AdminOptions options)
{
    private readonly byte[]? _expected = string.IsNullOrEmpty(options.Token) ? null : Digest(options.Token);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_expected is null || Carries(context.Request.Headers.Authorization.ToString(), _expected))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"Relay\"";
        return Task.CompletedTask;
    }

    private static bool Carries(string header, byte[] expected) =>
        AuthenticationHeaderValue.TryParse(header, out var value)
        && string.Equals(value.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
        && value.Parameter is { } token
        // Digests are of one length, so that the time of the comparison tells nothing of the token's.
        && CryptographicOperations.FixedTimeEquals(Digest(token), expected);

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
