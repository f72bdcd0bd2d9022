using System.Security.Cryptography;

namespace Relay.TestKit.Sasl;

/// <summary>
/// The server's side of AUTH (RFC 4954), written from the documents and with nothing of the client's library, so that the two can disagree. Asks what the mechanism
/// asks, and tells whether the one user there is has shown to know the password.
/// </summary>
/// <param name="options">User, password, and what the server does wrong.</param>
/// <param name="ask">Says 334 with this in it, and gives what the client answers, both decoded.</param>
internal sealed class SaslServer(ScriptedUpstreamOptions options, Func<byte[], Task<byte[]>> ask)
{
    /// <summary>Runs a mechanism to its end.</summary>
    /// <param name="mechanism">As the client named it.</param>
    /// <param name="initial">What came with the command, decoded; null: nothing.</param>
    /// <returns>Null for a mechanism that is not known here.</returns>
    public async Task<SaslLogin?> RunAsync(string mechanism, byte[]? initial) =>
        mechanism.ToUpperInvariant() switch
        {
            "PLAIN" => await PlainLogin.RunAsync(options, initial ?? await ask([])),
            "LOGIN" => await PlainLogin.RunInStepsAsync(options, ask),
            "CRAM-MD5" => await CramMd5Login.RunAsync(options, ask),
            "SCRAM-SHA-1" => await new ScramLogin(options, HashAlgorithmName.SHA1, ask).RunAsync(initial ?? await ask([])),
            "SCRAM-SHA-256" => await new ScramLogin(options, HashAlgorithmName.SHA256, ask).RunAsync(initial ?? await ask([])),
            "SCRAM-SHA-512" => await new ScramLogin(options, HashAlgorithmName.SHA512, ask).RunAsync(initial ?? await ask([])),
            "XOAUTH2" or "OAUTHBEARER" => await BearerLogin.RunAsync(options, initial ?? await ask([]), ask),
            _ => null,
        };
}

/// <summary>One attempt to log in.</summary>
/// <param name="UserName">Who the client says it is.</param>
/// <param name="Password">What it showed; empty where the mechanism shows none.</param>
/// <param name="IsRight">Whether user and password are the right ones.</param>
internal sealed record SaslLogin(string UserName, string Password, bool IsRight);
