using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.OAuth2;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>Access tokens from a real token endpoint for real logins: whatever becomes of endpoint and tokens, no message is lost, and one request at a time is made.</summary>
internal sealed class OAuth2ToServers : Scenario
{
    private const string User = "relay@example.com";

    private static readonly string[] Faults = ["503", "malformed", "huge", "redirect", "no token"];

    [TestCase("Native", "XOAUTH2")]
    [TestCase("Native", "OAUTHBEARER")]
    [TestCase("MailKit", "XOAUTH2")]
    [TestCase("MailKit", "OAUTHBEARER")]
    public async Task One_token_serves_all_connections(string client, string mechanism)
    {
        var endpoint = await StartEndpointAsync();
        var upstream = await StartServerAsync(endpoint, mechanism);
        var relay = await StartRelayAsync(Configuration().Upstream("a", upstream.Address, Login(Secret(endpoint), client)));

        var load = new LoadClient(relay.Port, sessions: 5);
        await load.SendAsync(50);

        AssertAllArrived(load, upstream);
        Assert.That(upstream.Logins.Distinct().Count(), Is.EqualTo(1), "one token");
        Assert.That(upstream.Logins, Has.Count.GreaterThanOrEqualTo(5), "the premise: many logins");
        Assert.That((endpoint.Requests, endpoint.MostAtOnce), Is.EqualTo((1, 1)));
    }

    [TestCase("Native")]
    [TestCase("MailKit")]
    public async Task Tokens_that_are_revoked_while_mail_flows_are_replaced_and_no_message_waits(string client)
    {
        var endpoint = await StartEndpointAsync();
        var upstream = await StartServerAsync(endpoint);
        var relay = await StartRelayAsync(Configuration().Upstream("a", upstream.Address, Login(Secret(endpoint), client)));

        var load = new LoadClient(relay.Port, sessions: 4);
        for (var round = 0; round < 3; round++)
        {
            await load.SendAsync(20);
            endpoint.RevokeAll();
        }

        await load.SendAsync(20);

        AssertAllArrived(load, upstream);
        Assert.That((endpoint.Requests, endpoint.MostAtOnce), Is.EqualTo((4, 1)), "one for each token that was good");
        Assert.That((await relay.GetUpstreamsAsync())["a"].State, Is.EqualTo("healthy"));
    }

    [Test]
    public async Task Short_lived_tokens_and_rotated_refresh_tokens_are_followed_over_a_kill()
    {
        var endpoint = await StartEndpointAsync(static endpoint =>
        {
            endpoint.RefreshToken = "rt-first-91ac03";
            endpoint.RotatesRefreshTokens = true;
            endpoint.Lifetime = 5;
        });
        var upstream = await StartServerAsync(endpoint);
        var folder = Keep(new Folder()); // until the relay has ended: it renews tokens by itself
        var file = folder.Write("refresh-token", "rt-first-91ac03\n# of the relay\n");
        var oauth2 = new
        {
            TokenEndpoint = endpoint.Address,
            endpoint.ClientId,
            endpoint.ClientSecret,
            RefreshTokenFile = file,
        };
        var relay = await StartRelayAsync(Configuration().Upstream("a", upstream.Address, Login(oauth2)));
        var load = new LoadClient(relay.Port, sessions: 2);

        await load.SendWhileAsync(_ => endpoint.Requests < 3);
        await Until.TrueAsync(() => FirstLine(file) == endpoint.RefreshToken, "the newest refresh token is on disk");
        await relay.KillAndRestartAsync();
        var later = new LoadClient(relay.Port, sessions: 2);
        var requests = endpoint.Requests;
        await later.SendWhileAsync(_ => endpoint.Requests < requests + 2);

        Assert.That(load.Refused.Concat(later.Refused), Is.Empty);
        Assert.That(upstream.Accepted, Has.Count.EqualTo(load.Answered + later.Answered));
        Assert.That(endpoint.MostAtOnce, Is.EqualTo(1));
        Assert.That(await File.ReadAllTextAsync(file), Does.EndWith("\n# of the relay\n"));
        Assert.That(endpoint.Forms.Select(static form => form["refresh_token"]), Is.Unique, "none is shown twice");
    }

    [Test]
    public async Task A_slow_endpoint_leaves_its_mail_to_others_and_is_used_again_when_it_answers()
    {
        var endpoint = await StartEndpointAsync();
        var upstream = await StartServerAsync(endpoint);
        var other = StartCountingSink();
        var configuration = Configuration()
            .ReturningSoon()
            .Upstream("a", upstream.Address, Login(Secret(endpoint)))
            .Upstream("b", other.Address, new { Backup = true });
        endpoint.Hold();
        var relay = await StartRelayAsync(configuration);
        var load = new LoadClient(relay.Port, sessions: 5);

        await load.SendAsync(20);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(upstream.ConnectionCount - 1, Is.LessThan(20), "checks may connect, logins cannot be");
        Assert.That(upstream.Logins, Is.Empty);
        Assert.That(endpoint.MostAtOnce, Is.EqualTo(1));
        await Until.TrueAsync(() => relay.Log.Contains("did not answer within 00:00:01", StringComparison.Ordinal), "the log says why");

        endpoint.Release();
        await load.SendWhileAsync(_ => upstream.Accepted.Count == 0);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(endpoint.MostAtOnce, Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_failing_endpoint_puts_mail_off_and_loses_none(string fault)
    {
        var endpoint = await StartEndpointAsync();
        var elsewhere = await StartEndpointAsync();
        endpoint.Instead = Answer(fault, elsewhere);
        var upstream = await StartServerAsync(endpoint);
        var configuration = Configuration()
            .ReturningSoon()
            .Set("Delivery:Accept", "Hybrid")
            .Set("Retry:Schedule", new[] { "00:00:01" })
            .Upstream("a", upstream.Address, Login(Secret(endpoint)));
        var relay = await StartRelayAsync(configuration);
        var load = new LoadClient(relay.Port, sessions: 3);

        await load.SendAsync(9);
        Assert.That(load.Replies.Values, Is.All.EndsWith("queued"));
        Assert.That(upstream.Logins, Is.Empty);

        endpoint.Instead = null;
        await Until.TrueAsync(() => upstream.Accepted.Count == 9, "all are delivered", TimeSpan.FromSeconds(60));

        AssertAllArrived(load, upstream);
        Assert.That(endpoint.MostAtOnce, Is.EqualTo(1));
        Assert.That(elsewhere.Requests, Is.Zero, "redirects are not followed");
    }

    [Test]
    public async Task A_refused_secret_puts_the_upstream_out_of_use_with_the_words_of_the_endpoint_and_without_the_secret()
    {
        const string Wrong = "cs-wrong-77d2a9c1";
        var endpoint = await StartEndpointAsync();
        var upstream = await StartServerAsync(endpoint);
        var oauth2 = new
        {
            TokenEndpoint = endpoint.Address,
            endpoint.ClientId,
            ClientSecret = Wrong,
        };
        var configuration = Configuration().Set("Log:Level", "Trace").Upstream("a", upstream.Address, Login(oauth2));
        var relay = await StartRelayAsync(configuration);
        relay.ExpectLogged("No access token for");
        relay.ExpectLogged("is out of use for 5 minutes: TokenRefused");
        var load = new LoadClient(relay.Port, sessions: 5);

        await load.SendAsync(20);

        Assert.That(load.Replies.Values, Is.All.StartsWith("451 4.4.1 "));
        Assert.That((endpoint.Requests, upstream.Logins.Count), Is.EqualTo((1, 0)), "no storm");
        const string Words = "answered 401 invalid_client: AADSTS7000215: Invalid client secret provided: *** Trace ID: 1";
        await Until.TrueAsync(
            () => relay.Log.Contains($"TokenRefused at Auth: {endpoint.Address} {Words}", StringComparison.Ordinal),
            "alarm"
        );
        var status = await relay.Api.GetStringAsync("/api/v1/upstreams");
        Assert.That(status, Does.Contain("\"ejected\"").And.Contain("AADSTS7000215"));
        var explained = await RunAsync(relay, "explain", "--to", "b@example.com");
        Assert.That(explained, Does.Contain("AADSTS7000215"));
        var probed = await RunAsync(relay, "check", "--probe");
        Assert.That(probed, Does.Contain("FAILS").And.Contain("TokenRefused").And.Contain("ClientSecret").And.Contain("docs/providers.md"));
        Assert.That(relay.Log + status + explained + probed, Does.Not.Contain(Wrong));
    }

    [Test]
    public async Task A_service_account_signs_for_its_user()
    {
        var account = Keep(new AssertionCheck { Subject = User });
        var endpoint = await StartEndpointAsync(endpoint => endpoint.ServiceAccount = account);
        var upstream = await StartServerAsync(endpoint);
        var folder = Keep(new Folder()); // until the relay has ended: it renews tokens by itself
        var key = folder.Write("key.json", account.KeyFile(endpoint.Address));
        var relay = await StartRelayAsync(Configuration().Upstream("a", upstream.Address, Login(new { ServiceAccountFile = key })));

        var load = new LoadClient(relay.Port, sessions: 2);
        await load.SendAsync(10);

        AssertAllArrived(load, upstream);
        Assert.That(endpoint.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task An_endpoint_whose_certificate_nobody_trusts_is_shown_no_secret()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var endpoint = Use(await TokenEndpoint.StartAsync(certificate: certificate));
        var upstream = await StartServerAsync(endpoint);
        var relay = await StartRelayAsync(Configuration().Upstream("a", upstream.Address, Login(Secret(endpoint))));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("451 4.4.1 "));
        Assert.That(endpoint.Requests, Is.Zero);
        await Until.TrueAsync(() => relay.Log.Contains("certificate is invalid", StringComparison.Ordinal), "the log says why");
    }

    [Test]
    public async Task Nothing_that_is_written_holds_a_token_or_a_secret()
    {
        var endpoint = await StartEndpointAsync(static endpoint =>
        {
            endpoint.RefreshToken = "rt-first-5d1be7";
            endpoint.RotatesRefreshTokens = true;
        });
        var upstream = await StartServerAsync(endpoint);
        var oauth2 = new
        {
            TokenEndpoint = endpoint.Address,
            endpoint.ClientId,
            endpoint.ClientSecret,
            endpoint.RefreshToken,
        };
        var configuration = Configuration().Set("Log:Level", "Trace").Upstream("a", upstream.Address, Login(oauth2));
        var relay = await StartRelayAsync(configuration);
        var load = new LoadClient(relay.Port, sessions: 2);
        await load.SendAsync(10);
        endpoint.RevokeAll();
        await load.SendAsync(10);
        configuration.Upstream("a", upstream.Address, Login(Secret(endpoint)));
        await relay.WriteConfigurationAsync();
        await Until.TrueAsync(() => relay.Log.Contains("revision 2", StringComparison.Ordinal), "the configuration is changed");

        AssertAllArrived(load, upstream);
        var shown = relay.Log + await RunAsync(relay, "check", "--json") + await relay.Api.GetStringAsync("/api/v1/upstreams");
        string[] secrets = ["rt-first-5d1be7", endpoint.ClientSecret, .. endpoint.Given];
        Assert.That(secrets, Has.Length.GreaterThanOrEqualTo(6), "the premise: tokens were given");
        Assert.That(shown, Does.Contain("Debug").And.Contain("kept in memory only"));
        Assert.That(secrets.Where(secret => shown.Contains(secret, StringComparison.Ordinal)), Is.Empty);
    }

    private static CannedAnswer Answer(string fault, TokenEndpoint elsewhere) =>
        fault switch
        {
            "503" => CannedAnswer.Error("temporarily_unavailable", "later", 503),
            "malformed" => new CannedAnswer(200, """{"access_token":"at-"""),
            "huge" => new CannedAnswer(200, CannedAnswer.Token(new string('x', 1_000_000), 3600).Body),
            "redirect" => new CannedAnswer(307, "", elsewhere.Address),
            _ => new CannedAnswer(200, "{}"),
        };

    private static RelayConfiguration Configuration() => new RelayConfiguration().Set("Groups:default:Strategy", "RoundRobin");

    private static object Secret(TokenEndpoint endpoint) =>
        new
        {
            TokenEndpoint = endpoint.Address,
            endpoint.ClientId,
            endpoint.ClientSecret,
            Timeout = "00:00:01",
        };

    /// <summary>A connection for each message, so that there are many logins.</summary>
    private static object Login(object oauth2, string client = "Native") =>
        new
        {
            Client = client,
            UserName = User,
            Certificate = "Any",
            MessagesPerConnection = 1,
            OAuth2 = oauth2,
        };

    private static string FirstLine(string file) => File.ReadLines(file).First();

    private static async Task<string> RunAsync(RelayUnderTest relay, params string[] command)
    {
        string[] arguments = [Repository.Program, .. command, "--config", relay.ConfigurationFile];
        return (await ProcessRunner.RunAsync("dotnet", arguments)).Output;
    }

    private static void AssertAllArrived(LoadClient load, ScriptedUpstream upstream)
    {
        Assert.That(load.Refused, Is.Empty);
        var senders = upstream.Accepted.Select(static mail => mail.From.Split('<', '>')[1]);
        Assert.That(senders, Is.EquivalentTo(load.Accepted), "each once");
    }

    private async Task<TokenEndpoint> StartEndpointAsync(Action<TokenEndpoint>? configure = null) =>
        Use(await TokenEndpoint.StartAsync(configure));

    private async Task<ScriptedUpstream> StartServerAsync(TokenEndpoint endpoint, string mechanisms = "PLAIN LOGIN XOAUTH2")
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        return Use(
            await ScriptedUpstream.StartAsync(
                new ScriptedUpstreamOptions
                {
                    Certificate = certificate,
                    UserName = User,
                    Mechanisms = mechanisms,
                    TakesToken = endpoint.IsGood,
                }
            )
        );
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-test-");

        public string Write(string name, string content)
        {
            var path = Path.Combine(_folder.FullName, name);
            File.WriteAllText(path, content);
            return path;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
