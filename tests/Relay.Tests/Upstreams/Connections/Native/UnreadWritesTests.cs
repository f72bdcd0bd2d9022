using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Native;

/// <summary>A server that has refused need not read the rest of what is being written to it: the verdict does not wait for that.</summary>
internal sealed class UnreadWritesTests() : UpstreamSessionFixture(UpstreamClient.Native)
{
    private const int Window = 500;

    [Test]
    public async Task A_refusal_within_a_flight_is_told_although_the_chunk_is_not_read()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING", "CHUNKING"], DiscardsRefusedChunks = false };
        await using var bench = NarrowBench();
        var session = await bench.OpenAsync();
        await session.TransactAsync(UpstreamBench.Message(), default);
        Upstream.On(Stage.Rcpt).Reply("550 5.1.1 no");

        var result = await SendAsync(session, new string('x', 4 * Window));

        Assert.That((result.Recipients[0]?.Code, result.Failure), Is.EqualTo((550, (UpstreamFailure?)null)));
        Assert.That(session.IsReusable, Is.False, "half a chunk is still to be written");
    }

    [Test]
    public async Task A_refusal_of_the_body_is_told_although_its_end_is_not_read()
    {
        Upstream.On(Stage.Body).AfterBytes(10).Reply("552 5.3.4 too large");
        await using var bench = NarrowBench();
        var session = await bench.OpenAsync();

        var result = await SendAsync(session, string.Concat(Enumerable.Repeat("0123456789\r\n", Window)));

        Assert.That((result.Dot?.Code, result.Failure), Is.EqualTo((552, (UpstreamFailure?)null)));
        Assert.That(session.IsReusable, Is.False);
    }

    private static Task<TransactionResult> SendAsync(IUpstreamSession session, string body) =>
        session.TransactAsync(UpstreamBench.WithBody(body), CancellationToken.None).AsTask().WaitAsync(Until.Patience);

    private UpstreamBench NarrowBench() =>
        new(Bench.Options, _ => new ClosedWindowStream.Connector(Upstream.ConnectInProcess, Window), Time);
}
