using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.ScenarioTests.Connections;

/// <summary>What a server says before it breaks off is heard, over real sockets: they fail in ways that streams within the process do not.</summary>
internal sealed class PartingWordsTests
{
    [Test]
    public async Task A_server_that_breaks_off_within_the_body_has_refused_it_with_its_reply()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions());
        upstream.On(Stage.Body).AfterBytes(1000).Reply("552 5.3.4 too large").ThenDisconnect();
        await using var bench = UpstreamBench.Tcp(new UpstreamOptions { Address = $"localhost:{upstream.Port}" });
        var session = await bench.OpenAsync();
        var transaction = UpstreamBench.WithBody(string.Concat(Enumerable.Repeat("0123456789\r\n", 2_000_000)));

        var result = await session.TransactAsync(transaction, CancellationToken.None);

        Assert.That((result.Failure?.Stage, result.Failure?.Reply?.Code), Is.EqualTo((TransactionStage.Body, 552)));
        Assert.That((transaction.MayBeDelivered, session.IsReusable), Is.EqualTo((false, false)));
    }
}
