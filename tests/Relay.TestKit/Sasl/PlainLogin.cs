using System.Text;

namespace Relay.TestKit.Sasl;

/// <summary>PLAIN (RFC 4616) and LOGIN, which show the password.</summary>
internal static class PlainLogin
{
    public static Task<SaslLogin> RunAsync(ScriptedUpstreamOptions options, byte[] response)
    {
        var parts = Encoding.UTF8.GetString(response).Split('\0');
        return Task.FromResult(Judge(options, parts[1], parts[2]));
    }

    public static async Task<SaslLogin> RunInStepsAsync(ScriptedUpstreamOptions options, Func<byte[], Task<byte[]>> ask)
    {
        var user = Encoding.UTF8.GetString(await ask("Username:"u8.ToArray()));
        var password = Encoding.UTF8.GetString(await ask("Password:"u8.ToArray()));
        return Judge(options, user, password);
    }

    private static SaslLogin Judge(ScriptedUpstreamOptions options, string user, string password) =>
        new(user, password, options.TakesLogin?.Invoke(user, password) ?? (user, password).Equals((options.UserName!, options.Password!)));
}
