using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Relay.TestKit.Sasl;

/// <summary>CRAM-MD5 (RFC 2195): the client answers with its name and the keyed hash of what it was asked.</summary>
internal static class CramMd5Login
{
    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is made of it.")]
    public static async Task<SaslLogin> RunAsync(ScriptedUpstreamOptions options, Func<byte[], Task<byte[]>> ask)
    {
        var challenge = Encoding.ASCII.GetBytes($"<{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}@scripted>");
        var response = Encoding.UTF8.GetString(await ask(challenge));
        var separator = response.LastIndexOf(' ');
        var (user, digest) = (response[..separator], response[(separator + 1)..]);
        var right = Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(options.Password!), challenge));
        var isRight = user.Equals(options.UserName, StringComparison.Ordinal) && digest.Equals(right, StringComparison.Ordinal);
        return new SaslLogin(user, "", isRight);
    }
}
