using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>The whole relay before the most careless of servers: a few of the cases that SmugglingTests goes through byte by byte (docs/smuggling.md).</summary>
internal sealed class Smuggling : Scenario
{
    [Test]
    public async Task A_lenient_server_sees_no_message_but_those_that_the_relay_accepted(
        [Values("Reject", "Normalize")] string bareNewlines,
        [Values("Native", "MailKit")] string upstreamClient,
        [Values(false, true)] bool byChunk
    )
    {
        var upstream = Use(LenientUpstream.Started());
        var relay = await StartRelayAsync(
            new RelayConfiguration().Set("BareNewlines", bareNewlines).Upstream("a", upstream.Address, new { Client = upstreamClient })
        );
        var accepted = 0;
        foreach (var end in SmugglingCases.Ends.Values)
        {
            await using var client = await RawSmtpClient.OpenAsync(relay.Port);
            accepted += (await SendAsync(client, SmugglingCases.Content(end) + "\r\n", byChunk)).StartsWith("250", StringComparison.Ordinal)
                ? 1
                : 0;
            Assert.That(await client.CommandAsync("NOOP"), Does.StartWith("250"), "nothing else was a command to it");
        }

        // The two with a NUL are refused in either setting.
        Assert.That(accepted, Is.EqualTo(bareNewlines == "Reject" ? 0 : SmugglingCases.Ends.Count - 2));
        Assert.That(upstream.Messages, Has.Count.EqualTo(accepted));
        Assert.That(upstream.Commands, Has.None.Contains("smuggled"));
    }

    // In two pieces, cut within the end that is none.
    private static async Task<string> SendAsync(RawSmtpClient client, string content, bool byChunk)
    {
        await client.CommandAsync("MAIL FROM:<a@example.com>");
        await client.CommandAsync("RCPT TO:<b@example.com>");
        var cut = content.IndexOf('.', StringComparison.Ordinal);
        if (byChunk)
        {
            await client.SendAsync($"BDAT {cut}\r\n{content[..cut]}");
            await client.ReadReplyAsync();
            await client.SendAsync($"BDAT {content.Length - cut} LAST\r\n{content[cut..]}");
            return await client.ReadReplyAsync();
        }

        await client.CommandAsync("DATA");
        await client.SendAsync(content[..cut]);
        await client.SendAsync(content[cut..] + ".\r\n");
        return await client.ReadReplyAsync();
    }
}
