using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Relay.Core.Configuration;
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

    private const string OfUser = "pw-user-73e5c0d9";
    private const string Guessed = "pw-guess-b1704fe2";

    private static readonly PasswordHash Hash = HashOf(OfUser);
    private static readonly PasswordHash LaterHash = HashOf(Later);
    private static readonly PasswordHash HashInFile = HashOf(InFile);

    /// <summary>As people break it when they copy it: what is left of it must not be told either.</summary>
    private static readonly string BrokenHash = Hash.Format()[..^4];

    private static readonly string[] Known =
    [
        .. (string[])[Token, Right, Wrong, Later, InFile, OfUser, Guessed],
        .. KeysOf(Hash),
        .. KeysOf(LaterHash),
        .. KeysOf(HashInFile),
    ];

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

        shown.AddRange(await LogInAsync(relay));
        shown.AddRange(await SendAsync(relay, upstream));
        shown.AddRange(await AskAllAsync(relay));
        shown.AddRange(await ChangeAsync(relay, configuration, upstream, client));
        shown.AddRange(await RunCommandsAsync(relay.ConfigurationFile));
        shown.AddRange(await RunOnBrokenHashAsync(relay.ConfigurationFile, configuration));
        var log = await relay.WholeLogAsync();
        shown.Add(log);

        Assert.That(upstream.Logins.Select(login => login.Password), Is.SupersetOf(new[] { Right, Wrong }), "the premise: they were used");
        Assert.That(log, Does.Contain("Debug"), "the premise: it logs all it can");
        Assert.That(log, Does.Contain("~ Relay:Access:Users:app:PasswordHash"), "the premise: the difference was told");
        Assert.That(shown, Has.Some.Contains("Relay:Access:Users:app:PasswordHash: "), "the premise: the broken one was told");
        Assert.That(Leaks(shown), Is.Empty);
    }

    private static IEnumerable<string> Leaks(IReadOnlyCollection<string> shown) =>
        from secret in Known
        from form in new[] { secret, Base64(secret), Base64($"\0user\0{secret}"), Base64($"\0app\0{secret}") }
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
            .Set("Listeners:smtp:AllowClearTextAuth", true)
            .Set("Access:Networks", new[] { "127.0.0.0/8" })
            .Set("Access:FailedLogins:Delay", "00:00:00")
            .Set("Access:Users:app:PasswordHash", Hash.Format())
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

    private static PasswordHash HashOf(string password) =>
        PasswordHash.Of(Encoding.UTF8.GetBytes(password), [1, 2, 3, 4, 5, 6, 7, 8], PasswordHash.LeastIterations);

    /// <summary>Whoever has them can guess passwords, or pass for the server. The salt is no secret: clients are told it.</summary>
    private static IEnumerable<string> KeysOf(PasswordHash hash) =>
        [Convert.ToBase64String(hash.StoredKey.Span), Convert.ToBase64String(hash.ServerKey.Span)];

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

    private static async Task<IEnumerable<string>> LogInAsync(RelayUnderTest relay)
    {
        using var byScram = new SmtpClient();
        await byScram.ConnectAsync("127.0.0.1", relay.Port, SecureSocketOptions.None);
        await byScram.AuthenticateAsync(new SaslMechanismScramSha256("app", OfUser));
        await byScram.DisconnectAsync(quit: true);
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        return
        [
            await client.CommandAsync("AUTH PLAIN " + Base64($"\0app\0{Guessed}")),
            await client.CommandAsync("AUTH PLAIN " + Base64(Hash.Format())),
            await client.CommandAsync("AUTH " + Guessed),
            await client.CommandAsync("AUTH PLAIN " + Base64($"\0app\0{OfUser}")),
        ];
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

    // A changed password and hash, ones that come to lie in files, a token that cannot change while it runs, a broken hash: each is told.
    private static async Task<IEnumerable<string>> ChangeAsync(
        RelayUnderTest relay,
        RelayConfiguration configuration,
        ScriptedUpstream upstream,
        string client
    )
    {
        configuration.Upstream("right", upstream.Address, Login(Later, client));
        configuration.Set("Access:Users:app:PasswordHash", LaterHash.Format());
        await relay.WriteConfigurationAsync();
        await relay.LoggedAsync("revision 2");
        var folder = Path.GetDirectoryName(relay.ConfigurationFile)!;
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), InFile + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "hash"), HashInFile.Format() + "\n");
        configuration.Set("Access:Users:app:PasswordHash", BrokenHash);
        var broken = await ReloadAsync(relay);
        configuration.Set("Access:Users:app", new { PasswordHashFile = "hash" });
        var fromFile = new
        {
            Client = client,
            UserName = "user",
            PasswordFile = "password",
            Certificate = "Any",
        };
        configuration.Upstream("right", upstream.Address, fromFile);
        configuration.Set("Admin:Token", Token + Later);
        var refused = await ReloadAsync(relay);
        configuration.Set("Admin:Token", Token);
        var applied = await ReloadAsync(relay);
        return [broken, refused, applied];
    }

    private static async Task<string> ReloadAsync(RelayUnderTest relay)
    {
        await relay.WriteConfigurationAsync();
        using var response = await relay.Api.PostAsync("/api/v1/config/reload", content: null);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<IEnumerable<string>> RunOnBrokenHashAsync(string configurationFile, RelayConfiguration configuration)
    {
        var file = configurationFile + ".broken";
        configuration.Set("Access:Users:app", new { PasswordHash = BrokenHash });
        await File.WriteAllTextAsync(file, configuration.ToJson());
        return [await RunAsync(["check"], file), await RunAsync(["check", "--json"], file), await RunAsync(["run"], file)];
    }

    private static async Task<IEnumerable<string>> RunCommandsAsync(string configurationFile)
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
            outputs.Add(await RunAsync(command, configurationFile));
        }

        return outputs;
    }

    private static async Task<string> RunAsync(string[] command, string configurationFile) =>
        (await ProcessRunner.RunAsync("dotnet", [Repository.Program, .. command, "--config", configurationFile])).Output;
}
