using System.Globalization;
using System.Text.RegularExpressions;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>A client that disconnects before its answer has not handed the message over: it will send it again.</summary>
internal sealed partial class ClientGoesAway : Scenario
{
    [Test]
    public async Task In_the_middle_of_the_data_and_nothing_reaches_a_server()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await client.CommandAsync("MAIL FROM:<a@example.com>");
        await client.CommandAsync("RCPT TO:<b@example.com>");
        await client.CommandAsync("DATA");
        await client.SendAsync("Subject: half\r\n\r\nhalf a mess");
        client.Reset();

        await new LoadClient(relay.Port, sessions: 1).SendAsync(1);

        Assert.That(sink.Count, Is.EqualTo(1), "only the message that was sent whole");
    }

    [Test]
    public async Task While_its_message_waits_for_a_server_and_it_is_not_delivered()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address, new { Connections = 1 }));
        sink.Hold();
        var busy = new LoadClient(relay.Port, sessions: 1);
        var sending = busy.SendAsync(1);
        await Until.TrueAsync(() => sink.Waiting == 1, "the only connection is busy");

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await client.CommandAsync("MAIL FROM:<gone@example.com>");
        await client.CommandAsync("RCPT TO:<b@example.com>");
        await client.CommandAsync("DATA");
        await client.SendAsync(TestMessages.Small + ".\r\n");
        client.Reset();
        await using var witness = await RawSmtpClient.OpenAsync(relay.Port);
        await Until.TrueAsync(async () => await SessionsAsync(relay) == 2, "the relay has seen the reset");
        sink.Release();
        await sending;
        Assert.That(await witness.SendMailAsync("witness@example.com", "b@example.com"), Does.StartWith("250"));

        Assert.That(sink.Arrivals.Keys, Is.EquivalentTo(new[] { "m1@load.test", "witness@example.com" }));
    }

    [Test]
    public async Task After_its_dot_was_passed_on_and_the_connections_are_good_for_others()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address, new { Connections = 2 }));
        sink.Hold();
        for (var number = 0; number < 2; number++)
        {
            await using var client = await RawSmtpClient.OpenAsync(relay.Port);
            await client.SendAsync("MAIL FROM:<gone@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n");
            await client.SendAsync(TestMessages.Small + ".\r\n");
            await Until.TrueAsync(() => sink.Waiting == number + 1, "the dot is out");
            client.Reset();
        }

        sink.Release();
        var load = new LoadClient(relay.Port, sessions: 4);
        await load.SendAsync(20);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(sink.Arrivals["gone@example.com"], Is.EqualTo(2));
        Assert.That(sink.Count, Is.EqualTo(22));
        await Until.TrueAsync(() => sink.Connections <= 2, "no more connections than configured");
    }

    private static async Task<int> SessionsAsync(RelayUnderTest relay)
    {
        var metrics = await relay.Api.GetStringAsync("/metrics");
        return int.Parse(Sessions().Match(metrics).Groups["count"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^relay_sessions(?:\{[^}]*\})? (?<count>\d+)", RegexOptions.Multiline, 1000)]
    private static partial Regex Sessions();
}
