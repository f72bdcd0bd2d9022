namespace Relay.Core.Configuration.Validation;

/// <summary>What may be asked or told by HTTP.</summary>
internal static class HttpUrl
{
    /// <summary>Absolute, of one of the two schemes, and without a user, whose password would be shown wherever the URL is.</summary>
    public static bool IsValid(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.Host.Length > 0
        && url.UserInfo.Length == 0;
}
