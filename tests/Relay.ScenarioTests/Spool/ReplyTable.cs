using System.Globalization;
using System.Net.Http.Json;
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
    private static readonly Row[] Rows =
    [
        new("taken", null, "delivered"),
        new("connect-refused", null, "waiting", IsThere: false),
        new("greeting-554", static upstream => upstream.On(Stage.Greeting).Reply("554 5.3.2 No service"), "waiting"),
        new("ehlo-554", static upstream => upstream.On(Stage.Ehlo).Reply("554 5.3.0 No"), "delivered"), // HELO follows
        new("ehlo-and-helo-554", RefuseHello, "waiting"),
        new("starttls-missing", null, "waiting", new { Tls = "StartTls" }),
        new("mail-451", static upstream => upstream.On(Stage.Mail).Reply("451 4.3.0 Later"), "waiting"),
        new("mail-550", static upstream => upstream.On(Stage.Mail).Reply("550 5.1.8 Not from you"), "bounced"),
        new("mail-421", static upstream => upstream.On(Stage.Mail).Reply("421 4.3.2 Closing").ThenDisconnect(), "waiting"),
        new("rcpt-450", static upstream => upstream.On(Stage.Rcpt).Reply("450 4.2.1 Busy"), "waiting"),
        new("rcpt-550", static upstream => upstream.On(Stage.Rcpt).Reply("550 5.1.1 No such mailbox"), "bounced"),
        new("rcpt-452-first", static upstream => upstream.On(Stage.Rcpt).Reply("452 4.5.3 Too many recipients"), "waiting"),
        new("rcpt-503", static upstream => upstream.On(Stage.Rcpt).Reply("503 5.5.1 Bad sequence"), "waiting"),
        new("rcpt-relay-denied", static upstream => upstream.On(Stage.Rcpt).Reply("554 5.7.1 Relay access denied"), "waiting"),
        new("data-451", static upstream => upstream.On(Stage.Data).Reply("451 4.3.0 Later"), "waiting"),
        new("data-554", static upstream => upstream.On(Stage.Data).Reply("554 5.6.0 No"), "bounced"),
        new("dot-451", static upstream => upstream.On(Stage.Dot).Reply("451 4.3.0 Later"), "waiting"),
        new("dot-554", static upstream => upstream.On(Stage.Dot).Reply("554 5.6.0 Never"), "bounced"),
        new("dot-quota", static upstream => upstream.On(Stage.Dot).Reply("554 5.2.0 Daily quota exceeded"), "waiting"),
        new("dot-unanswered", static upstream => upstream.On(Stage.Dot).Disconnect(), "uncertain"),
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Test]
    public async Task Each_row_is_kept_delivered_or_bounced_as_it_says()
    {
        var bounces = StartCountingSink(keepMessages: true);
        var configuration = Spooling("Queue").Set("Retry:Schedule", new[] { "01:00:00" }).Set("Delivery:UncertainDelay", "01:00:00");
        var upstreams = new Dictionary<string, ScriptedUpstream>(StringComparer.Ordinal);
        foreach (var row in Rows)
        {
            var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()));
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

        using (Assert.EnterMultipleScope())
        {
            foreach (var row in Rows)
            {
                Assert.That(seen[row.Name], Is.EqualTo(row.Outcome), row.Name);
                Assert.That(
                    Attempts(upstreams[row.Name]),
                    Is.LessThanOrEqualTo(1),
                    $"{row.Name}: no second attempt in one run at one server"
                );
            }
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

    /// <summary>How often the message itself was begun; a connection that could not be used does not count.</summary>
    private static int Attempts(ScriptedUpstream upstream) =>
        upstream.Commands.Count(static command => command.StartsWith("DATA", StringComparison.Ordinal));

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

    private sealed record Row(string Name, Action<ScriptedUpstream>? Fault, string Outcome, object? Settings = null, bool IsThere = true);

    private sealed record Page(IReadOnlyList<Item> Items);

    private sealed record Item(string State, string Sender, int Runs);
}
