namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>What a token endpoint answered: a token, or a problem.</summary>
/// <param name="AccessToken">The token; null where there is a problem.</param>
/// <param name="Lifetime">How long it is good for.</param>
/// <param name="RefreshToken">Takes the place of the one that was shown (RFC 6749 §6); null: that one stays good.</param>
/// <param name="Problem">Why there is no token.</param>
internal sealed record TokenAnswer(string? AccessToken, TimeSpan Lifetime, string? RefreshToken, TokenProblem? Problem)
{
    public static TokenAnswer Failed(TokenProblem problem) => new(null, default, null, problem);

    /// <summary>Without what is secret.</summary>
    public override string ToString() => Problem?.Text ?? nameof(AccessToken);
}
