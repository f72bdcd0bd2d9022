namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>Why there is no access token.</summary>
/// <param name="IsRefusal">What we showed was refused or cannot be read: somebody has to look. Otherwise the endpoint has a bad time.</param>
/// <param name="Text">One line for logs and the API; holds no secret.</param>
/// <param name="RetryAfter">How long the endpoint asked to be left alone.</param>
internal sealed record TokenProblem(bool IsRefusal, string Text, TimeSpan? RetryAfter = null)
{
    public static TokenProblem Refused(string text) => new(true, text);

    public static TokenProblem Unavailable(string text, TimeSpan? retryAfter = null) => new(false, text, retryAfter);

    public UpstreamFailure ToFailure() =>
        new(TransactionStage.Auth, IsRefusal ? UpstreamFailureKind.TokenRefused : UpstreamFailureKind.TokenUnavailable) { Detail = Text };
}

/// <summary>An access token, or why there is none.</summary>
internal readonly record struct TokenResult(AccessToken? Token, TokenProblem? Problem);
