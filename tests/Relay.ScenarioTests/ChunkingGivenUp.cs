using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>A server behind a firewall that lets CHUNKING be offered and no BDAT through.</summary>
internal sealed class ChunkingGivenUp : Scenario
{
    [Test]
    public async Task A_server_that_does_not_understand_BDAT_gets_DATA_and_the_log_says_so_once()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions { Extensions = ["PIPELINING", "CHUNKING"] }));
        upstream.On(Stage.Dot).Reply("500 5.5.1 what").Times(1);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        for (var message = 0; message < 3; message++)
        {
            await client.SendMailAsync("a@example.com", "b@example.com");
        }

        const string Line = "answered BDAT with '500 5.5.1 what'; it gets DATA from now on";
        Assert.That((await relay.WholeLogAsync()).Split(Line), Has.Length.EqualTo(2), "the log says so, once");
        Assert.That(upstream.Commands, Has.Exactly(1).StartsWith("BDAT "));
        Assert.That(upstream.Accepted, Has.Count.GreaterThanOrEqualTo(2));
    }
}
