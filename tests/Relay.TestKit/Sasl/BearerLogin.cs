using System.Text;

namespace Relay.TestKit.Sasl;

/// <summary>
/// XOAUTH2 and OAUTHBEARER (RFC 7628): the client shows an access token, which is the password here. One that is not taken is told so in a challenge, which the
/// client answers before it hears the refusal.
/// </summary>
internal static class BearerLogin
{
    private const char Separator = '\u0001';

    public static async Task<SaslLogin> RunAsync(ScriptedUpstreamOptions options, byte[] response, Func<byte[], Task<byte[]>> ask)
    {
        var fields = Encoding.UTF8.GetString(response).Split(Separator);
        // XOAUTH2 begins with user=NAME, OAUTHBEARER with the GS2 header n,a=NAME,
        var isXOAuth2 = fields[0].StartsWith("user=", StringComparison.Ordinal);
        var user = isXOAuth2 ? fields[0][5..] : Unescape(fields[0].Split(',')[1][2..]);
        var authorization = Array.Find(fields, static field => field.StartsWith("auth=Bearer ", StringComparison.Ordinal)) ?? "";
        var token = authorization.Length == 0 ? "" : authorization["auth=Bearer ".Length..];
        var isTaken = options.TakesToken?.Invoke(token) ?? token.Equals(options.Password, StringComparison.Ordinal);
        var isRight = isTaken && user.Equals(options.UserName, StringComparison.Ordinal);
        if (!isRight)
        {
            // XOAUTH2 wants an empty answer, OAUTHBEARER the separator alone (RFC 7628 §3.2.3).
            byte[] expected = isXOAuth2 ? [] : [(byte)Separator];
            var answer = await ask("""{"status":"401","schemes":"bearer"}"""u8.ToArray());
            if (!answer.AsSpan().SequenceEqual(expected))
            {
                throw new InvalidDataException($"The challenge was answered with {Convert.ToHexString(answer)}.");
            }
        }

        return new SaslLogin(user, token, isRight);
    }

    /// <summary>RFC 5801 §4.</summary>
    private static string Unescape(string name) =>
        name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
}
