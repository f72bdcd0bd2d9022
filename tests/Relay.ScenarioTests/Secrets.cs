using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>A relay that logs all it can, and is asked all it can be asked, shows none of its secrets, as they are or as AUTH encodes them.</summary>
internal sealed class Secrets : Scenario
{
    private const string Token = "tok-7f3a91c2d4e85b60";
    private const string Right = "pw-right-51d0c7ab";
    private const string Wrong = "pw-wrong-e29f0b44";
    private const string Later = "pw-later-8c6d13fe";
    private const string InFile = "pw-file-0a94b7d2";

    private static readonly string[] Known = [Token, Right, Wrong, Later, InFile];

    [TestCase("Native")]
    [TestCase("MailKit")]
    public async Task Nothing_that_is_written_or_served_holds_a_secret(string client)
    {
        var upstream = await StartServerAsync();
        var configuration = Configuration(upstream, client, Right);
        var relay = await StartRelayAsync(configuration);
        relay.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        relay.ExpectLogged("refuses the credentials");
        relay.ExpectLogged("is out of use");
        relay.ExpectLogged("Configuration not reloaded");
        var shown = new List<string>();

        shown.AddRange(await SendAsync(relay, upstream));
        shown.AddRange(await AskAllAsync(relay));
        shown.AddRange(await ChangeAsync(relay, configuration, upstream, client));
        shown.AddRange(await RunCommandsAsync(relay));
        shown.Add(relay.Log);

        Assert.That(upstream.Logins.Select(login => login.Password), Is.SupersetOf(new[] { Right, Wrong }), "the premise: they were used");
        Assert.That(relay.Log, Does.Contain("Debug"), "the premise: it logs all it can");
        Assert.That(Leaks(shown), Is.Empty);
    }

    private static IEnumerable<string> Leaks(IReadOnlyCollection<string> shown) =>
        from secret in Known
        from form in new[] { secret, Base64(secret), Base64($"\0user\0{secret}") }
        from text in shown
        where text.Contains(form, StringComparison.Ordinal)
        select $"{secret} in: {Around(text, form)}";

    private static string Around(string text, string form)
    {
        var at = text.IndexOf(form, StringComparison.Ordinal);
        return text[Math.Max(0, at - 100)..Math.Min(text.Length, at + form.Length + 20)];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static RelayConfiguration Configuration(ScriptedUpstream upstream, string client, string password) =>
        new RelayConfiguration()
            .Set("Log:Level", "Trace")
            .Set("Admin:Token", Token)
            .Set("Groups:default:Strategy", "RoundRobin")
            .Upstream("right", upstream.Address, Login(password, client))
            .Upstream("wrong", upstream.Address, Login(Wrong, client));

    private static object Login(string password, string client) =>
        new
        {
            Client = client,
            UserName = "user",
            Password = password,
            Certificate = "Any",
        };

    private async Task<ScriptedUpstream> StartServerAsync()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "user",
            Password = Right,
        };
        return Use(await ScriptedUpstream.StartAsync(options));
    }

    private static async Task<IEnumerable<string>> SendAsync(RelayUnderTest relay, ScriptedUpstream upstream)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        var replies = new List<string>();
        while (upstream.Logins.Select(login => login.Password).Distinct(StringComparer.Ordinal).Count() < 2 && replies.Count < 20)
        {
            replies.Add(await client.SendMailAsync("a@example.com", "b@example.com"));
        }

        return replies;
    }

    private static async Task<IEnumerable<string>> AskAllAsync(RelayUnderTest relay)
    {
        var answers = new List<string>();
        foreach (var path in new[] { "/", "/health/ready", "/metrics", "/api/v1/upstreams", "/api/v1/captured", "/api/v1/queue" })
        {
            answers.Add(await relay.Api.GetStringAsync(path));
        }

        var explained = await relay.Api.PostAsJsonAsync("/api/v1/explain", new { From = "a@example.com", To = new[] { "b@example.com" } });
        answers.Add(await explained.Content.ReadAsStringAsync());
        return answers;
    }

    // A changed password, one that comes to lie in a file, and a token that cannot change while it runs: each is a difference that is told.
    private static async Task<IEnumerable<string>> ChangeAsync(
        RelayUnderTest relay,
        RelayConfiguration configuration,
        ScriptedUpstream upstream,
        string client
    )
    {
        configuration.Upstream("right", upstream.Address, Login(Later, client));
        await relay.WriteConfigurationAsync();
        await Until.TrueAsync(() => relay.Log.Contains("revision 2", StringComparison.Ordinal), "the password is changed");
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(relay.ConfigurationFile)!, "password"), InFile + "\n");
        var fromFile = new
        {
            Client = client,
            UserName = "user",
            PasswordFile = "password",
            Certificate = "Any",
        };
        configuration.Upstream("right", upstream.Address, fromFile);
        configuration.Set("Admin:Token", Token + Later);
        await relay.WriteConfigurationAsync();
        var refused = await relay.Api.PostAsync("/api/v1/config/reload", content: null);
        configuration.Set("Admin:Token", Token);
        await relay.WriteConfigurationAsync();
        var applied = await relay.Api.PostAsync("/api/v1/config/reload", content: null);
        return [await refused.Content.ReadAsStringAsync(), await applied.Content.ReadAsStringAsync()];
    }

    private static async Task<IEnumerable<string>> RunCommandsAsync(RelayUnderTest relay)
    {
        var outputs = new List<string>();
        string[][] commands =
        [
            ["check"],
            ["check", "--json"],
            ["check", "--probe"],
            ["status"],
            ["explain", "--to", "b@example.com"],
        ];
        foreach (var command in commands)
        {
            string[] arguments = [Repository.Program, .. command, "--config", relay.ConfigurationFile];
            outputs.Add((await ProcessRunner.RunAsync("dotnet", arguments)).Output);
        }

        return outputs;
    }
}
