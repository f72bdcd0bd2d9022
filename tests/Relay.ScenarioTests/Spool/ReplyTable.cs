using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>
/// The table of docs/failover-and-retries.md from the spool's side: a server for each row, a message for each server, and what became of it after one run: how
/// often it was received, attempted, delivered, put off, bounced.
/// </summary>
internal sealed class ReplyTable : SpoolScenario
{
    private static readonly Counts NotBegun = new(0, 0, 0, "1 failed");
    private static readonly Counts BrokenOff = new(1, 0, 0, "1 failed");
    private static readonly Counts PutOff = new(1, 0, 0, "1 deferred");
    private static readonly Counts Refused = new(1, 0, 0, "1 rejected");
    private static readonly Counts Taken = new(1, 1, 1, "1 delivered");

    private static readonly Row[] Rows =
    [
        new("taken", null, "delivered", Taken),
        new("connect-refused", null, "waiting", NotBegun, IsThere: false),
        new("greeting-554", static upstream => upstream.On(Stage.Greeting).Reply("554 5.3.2 No service"), "waiting", NotBegun),
        new("ehlo-554", static upstream => upstream.On(Stage.Ehlo).Reply("554 5.3.0 No"), "delivered", Taken), // HELO follows
        new("ehlo-and-helo-554", RefuseHello, "waiting", NotBegun),
        new("starttls-missing", null, "waiting", NotBegun, new { Tls = "StartTls" }),
        new("auth-535", null, "waiting", NotBegun, Login("wrong"), Asks: "right"),
        new("auth-454", PostponeLogin, "waiting", NotBegun, Login("right"), Asks: "right"),
        new("mail-530", static upstream => upstream.On(Stage.Mail).Reply("530 5.7.0 Authentication required"), "waiting", PutOff),
        new("mail-451", static upstream => upstream.On(Stage.Mail).Reply("451 4.3.0 Later"), "waiting", PutOff),
        new("mail-550", static upstream => upstream.On(Stage.Mail).Reply("550 5.1.8 Not from you"), "bounced", Refused),
        new("mail-421", static upstream => upstream.On(Stage.Mail).Reply("421 4.3.2 Closing").ThenDisconnect(), "waiting", BrokenOff),
        new("rcpt-450", static upstream => upstream.On(Stage.Rcpt).Reply("450 4.2.1 Busy"), "waiting", PutOff),
        new("rcpt-550", static upstream => upstream.On(Stage.Rcpt).Reply("550 5.1.1 No such mailbox"), "bounced", Refused),
        new("rcpt-452-first", static upstream => upstream.On(Stage.Rcpt).Reply("452 4.5.3 Too many recipients"), "waiting", PutOff),
        new("rcpt-503", static upstream => upstream.On(Stage.Rcpt).Reply("503 5.5.1 Bad sequence"), "waiting", BrokenOff),
        new("rcpt-relay-denied", static upstream => upstream.On(Stage.Rcpt).Reply("554 5.7.1 Relay access denied"), "waiting", PutOff),
        new("data-451", static upstream => upstream.On(Stage.Data).Reply("451 4.3.0 Later"), "waiting", PutOff),
        new("data-554", static upstream => upstream.On(Stage.Data).Reply("554 5.6.0 No"), "bounced", Refused),
        new("dot-451", static upstream => upstream.On(Stage.Dot).Reply("451 4.3.0 Later"), "waiting", Whole(PutOff)),
        new("dot-554", static upstream => upstream.On(Stage.Dot).Reply("554 5.6.0 Never"), "bounced", Whole(Refused)),
        new("dot-quota", static upstream => upstream.On(Stage.Dot).Reply("554 5.2.0 Daily quota exceeded"), "waiting", Whole(PutOff)),
        new("dot-unanswered", static upstream => upstream.On(Stage.Dot).Disconnect(), "uncertain", new Counts(1, 1, 0, "1 uncertain")),
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Test]
    public async Task Each_row_is_kept_delivered_or_bounced_as_it_says()
    {
        var bounces = StartCountingSink(keepMessages: true);
        var certificate = Keep(TestCertificate.SelfSigned());
        var configuration = Spooling("Queue").Set("Retry:Schedule", new[] { "01:00:00" }).Set("Delivery:UncertainDelay", "01:00:00");
        var upstreams = new Dictionary<string, ScriptedUpstream>(StringComparer.Ordinal);
        foreach (var row in Rows)
        {
            var upstream = Use(await ScriptedUpstream.StartAsync(row.Offers(certificate)));
            row.Fault?.Invoke(upstream);
            upstreams.Add(row.Name, upstream);
            var address = row.IsThere ? upstream.Address : $"127.0.0.1:{LocalPort.Free()}";
            configuration
                .Set($"Groups:{row.Name}:Upstreams:{row.Name}", row.Settings ?? new { })
                .Set($"Groups:{row.Name}:Upstreams:{row.Name}:Address", address);
        }

        configuration.Upstream("bounces", bounces.Address).Set("Bounces:Group", "default");
        configuration.Set("Routes", Rows.Select(static row => new { To = $"*@{row.Name}.test", Group = row.Name }).ToArray());
        var relay = await StartRelayAsync(configuration);
        relay.ExpectLogged("objects to this relay");
        relay.ExpectLogged("is ejected");
        relay.ExpectLogged("is out of use for 5 minutes");

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        foreach (var row in Rows)
        {
            Assert.That(await client.SendMailAsync($"{row.Name}@sender.test", $"to@{row.Name}.test"), Does.Contain(" queued"), row.Name);
        }

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        await Until.TrueAsync(
            async () => (seen = await OutcomesAsync(relay, upstreams, bounces)).Values.All(static outcome => outcome != "active"),
            "each message has had its run",
            TimeSpan.FromSeconds(60)
        );

        var counters = await relay.GetUpstreamsAsync();
        using (Assert.EnterMultipleScope())
        {
            foreach (var row in Rows)
            {
                Assert.That(seen[row.Name], Is.EqualTo(row.Outcome), row.Name);
                Assert.That(CountsOf(upstreams[row.Name], counters[row.Name]), Is.EqualTo(row.Counts), row.Name);
            }

            Assert.That(upstreams["auth-535"].Logins, Is.EqualTo([("user", "wrong")]), "credentials that were refused are not tried again");
        }

        Assert.That(
            bounces.Messages.Select(static message => message.Recipients.Single()),
            Is.EquivalentTo(Rows.Where(static row => row.Outcome == "bounced").Select(static row => $"{row.Name}@sender.test")),
            "a bounce for each refusal, and for nothing else"
        );
    }

    private static void RefuseHello(ScriptedUpstream upstream)
    {
        upstream.On(Stage.Ehlo).Reply("554 5.3.0 No");
        upstream.On(Stage.Helo).Reply("554 5.3.0 No");
    }

    /// <summary>A server's settings with which Relay logs in there.</summary>
    private static object Login(string password) =>
        new
        {
            Tls = "StartTls",
            Certificate = "Any",
            UserName = "user",
            Password = password,
        };

    private static void PostponeLogin(ScriptedUpstream upstream) => upstream.On(Stage.Auth).Reply("454 4.7.0 Later");

    private static Counts Whole(Counts counts) => counts with { Received = 1 };

    private static Counts CountsOf(ScriptedUpstream upstream, ListedUpstream counted)
    {
        (long Count, string Name)[] attempts =
        [
            (counted.Delivered, "delivered"),
            (counted.Deferred, "deferred"),
            (counted.Rejected, "rejected"),
            (counted.Failed, "failed"),
            (counted.Uncertain, "uncertain"),
        ];
        return new Counts(
            upstream.Commands.Count(static command => command.StartsWith("MAIL", StringComparison.Ordinal)),
            upstream.Received.Count,
            upstream.Accepted.Count,
            string.Join(", ", attempts.Where(static entry => entry.Count > 0).Select(static entry => $"{entry.Count} {entry.Name}"))
        );
    }

    private static async Task<Dictionary<string, string>> OutcomesAsync(
        RelayUnderTest relay,
        Dictionary<string, ScriptedUpstream> upstreams,
        CountingSink bounces
    )
    {
        var page = await relay.Api.GetFromJsonAsync<Page>("/api/v1/queue?limit=1000", Json);
        var outcomes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in Rows)
        {
            var mine = page!.Items.Where(item => item.Sender.StartsWith(row.Name + "@", StringComparison.Ordinal)).ToList();
            var isBounced = bounces.Messages.Any(message => message.Recipients.Contains($"{row.Name}@sender.test", StringComparer.Ordinal));
            outcomes[row.Name] = mine switch
            {
                [{ State: "failed" }] => isBounced ? "bounced" : "active",
                [{ State: "waiting", Runs: 0 }] => "active",
                [var one] => one.State,
                [] when upstreams[row.Name].Accepted.Count == 1 => "delivered",
                _ => string.Create(CultureInfo.InvariantCulture, $"{mine.Count} rows"),
            };
        }

        return outcomes;
    }

    /// <summary>What a server saw of its message, and what Relay counted.</summary>
    /// <param name="Begun">MAIL commands.</param>
    /// <param name="Received">Messages that came whole.</param>
    /// <param name="Accepted">Those it took.</param>
    /// <param name="Attempts">Relay's counters of the server that are not zero.</param>
    private sealed record Counts(int Begun, int Received, int Accepted, string Attempts);

    /// <param name="Name">Of the row, its group, its server and its sender.</param>
    /// <param name="Fault">What the server does.</param>
    /// <param name="Outcome">What becomes of the message in the first run.</param>
    /// <param name="Counts">What is counted of it.</param>
    /// <param name="Settings">Of the server, in the configuration.</param>
    /// <param name="IsThere">It listens.</param>
    /// <param name="Asks">The password that it wants, over TLS.</param>
    private sealed record Row(
        string Name,
        Action<ScriptedUpstream>? Fault,
        string Outcome,
        Counts Counts,
        object? Settings = null,
        bool IsThere = true,
        string? Asks = null
    )
    {
        public ScriptedUpstreamOptions Offers(X509Certificate2 certificate) =>
            Asks is null
                ? new ScriptedUpstreamOptions()
                : new ScriptedUpstreamOptions
                {
                    Certificate = certificate,
                    UserName = "user",
                    Password = Asks,
                };
    }

    private sealed record Page(IReadOnlyList<Item> Items);

    private sealed record Item(string State, string Sender, int Runs);
}
