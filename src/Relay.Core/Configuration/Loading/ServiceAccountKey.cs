namespace Relay.Core.Configuration.Loading;

/// <summary>What the key file of a Google service account says.</summary>
/// <param name="ClientEmail">The account.</param>
/// <param name="TokenUri">Where its tokens come from.</param>
/// <param name="KeyId">Names the key; null where the file does not.</param>
/// <param name="PrivateKey">RSA, PEM.</param>
internal sealed record ServiceAccountKey(string ClientEmail, string TokenUri, string? KeyId, string PrivateKey)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => ClientEmail;
}
