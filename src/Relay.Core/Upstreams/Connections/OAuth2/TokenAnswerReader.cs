using System.Globalization;
using System.Text.Json;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>Reads the answer of a token endpoint (RFC 6749 §5). Pure. Whatever comes, the result is a token or a problem in one line.</summary>
internal static class TokenAnswerReader
{
    private const int LongestText = 300;

    /// <summary>Where the answer does not say how long the token is good for; short, since a wrong guess costs a login.</summary>
    private static readonly TimeSpan UnsaidLifetime = TimeSpan.FromMinutes(5);

    /// <summary>An endpoint that gives shorter ones would be asked all the time.</summary>
    private static readonly TimeSpan LeastLifetime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostLifetime = TimeSpan.FromDays(1);

    /// <param name="status">Of HTTP.</param>
    /// <param name="body">The whole answer.</param>
    /// <param name="retryAfter">As the answer asked.</param>
    /// <param name="request">Names the endpoint, and what must not be repeated.</param>
    public static TokenAnswer Read(int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter, TokenRequest request)
    {
        using var document = TryParse(body);
        var json = document?.RootElement;
        if (TextOf(json, "error") is { Length: > 0 } error)
        {
            var text = Clean($"{error}: {TextOf(json, "error_description")}", request).TrimEnd(':', ' ');
            return TokenAnswer.Failed(Judge(status, error, $"{request.EndpointName} answered {Number(status)} {text}", retryAfter));
        }

        if (status is < 200 or > 299)
        {
            var more = status is >= 300 and < 400 ? ", a redirect, which is not followed" : "";
            return Unavailable($"answered {Number(status)}{more}", request, retryAfter);
        }

        if (json is not { ValueKind: JsonValueKind.Object })
        {
            return Unavailable("answered what is not JSON: is this a token endpoint?", request);
        }

        var token = TextOf(json, "access_token");
        if (string.IsNullOrEmpty(token) || !token.All(static character => character is > ' ' and <= '~'))
        {
            return Unavailable("answered without an access token that could be used", request);
        }

        var type = TextOf(json, "token_type") ?? "Bearer";
        return type.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? new TokenAnswer(token, LifetimeOf(json.Value), RefreshTokenOf(json.Value), null)
            : Unavailable($"gave a token of the type {Clean(type, request)}, which SMTP has no use for", request);
    }

    /// <summary>An error in the words of RFC 6749 §5.2 is about what we showed, unless it says that the endpoint has a bad time (§4.1.2.1).</summary>
    private static TokenProblem Judge(int status, string error, string text, TimeSpan? retryAfter)
    {
        var isPassing = status is 408 or 429 or >= 500 || error is "temporarily_unavailable" or "server_error" or "slow_down";
        return isPassing ? TokenProblem.Unavailable(text, retryAfter) : TokenProblem.Refused(text);
    }

    private static TimeSpan LifetimeOf(JsonElement json)
    {
        if (!json.TryGetProperty("expires_in", out var value))
        {
            return UnsaidLifetime;
        }

        // A number; some write it as a text.
        var isNumber = value.ValueKind == JsonValueKind.Number ? value.TryGetDouble(out var seconds) : TryRead(value, out seconds);
        return isNumber && double.IsFinite(seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, LeastLifetime.TotalSeconds, MostLifetime.TotalSeconds))
            : UnsaidLifetime;
    }

    private static bool TryRead(JsonElement value, out double seconds)
    {
        seconds = 0;
        return value.ValueKind == JsonValueKind.String
            && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out seconds);
    }

    /// <summary>One with a line break could not be kept in a file whose first line it is.</summary>
    private static string? RefreshTokenOf(JsonElement json) =>
        TextOf(json, "refresh_token") is { Length: > 0 } text && !text.Any(char.IsControl) ? text : null;

    private static TokenAnswer Unavailable(string what, TokenRequest request, TimeSpan? retryAfter = null) =>
        TokenAnswer.Failed(TokenProblem.Unavailable($"{request.EndpointName} {what}", retryAfter));

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null; // a page of a proxy, as a rule; its status says more than its text
        }
    }

    private static string? TextOf(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>One line of bounded length, in which nothing of what we showed comes back.</summary>
    private static string Clean(string text, TokenRequest request)
    {
        foreach (var secret in request.Secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var visible = new string([.. line.Where(static character => !char.IsControl(character)).Take(LongestText + 1)]);
        return visible.Length > LongestText ? visible[..LongestText] + "…" : visible;
    }

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);
}
