using Relay.Core.Configuration;
using Relay.Core.Upstreams.Agent;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Agent;

/// <summary>Against a real socket: what an agent says and how it says it.</summary>
public sealed class AgentCheckTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly AgentCheck _check = new(TimeProvider.System);

    [TestCase("75%\n", "75%, up")]
    [TestCase("down #disk full\r\n", "100%, down (disk full)")]
    [TestCase("drain", "100%, drain, up", TestName = "The end of the connection ends the line")]
    [TestCase("50%\nmaint\n", "50%, up", TestName = "The first line counts")]
    public async Task A_line_is_read(string line, string report)
    {
        await using var agent = AgentSocket.Started();
        agent.Line = line;

        var result = await AskAsync(agent.Address);

        Assert.That(result.Problem, Is.Null);
        Assert.That(new AgentReport(default).With(result.Reply!, default).ToString(), Is.EqualTo(report));
    }

    [Test]
    public async Task The_star_is_the_address_of_the_server()
    {
        await using var agent = AgentSocket.Started("127.0.0.9");
        agent.Line = "11%\n";

        var result = await AskAsync($"*:{agent.Port}", new UpstreamOptions { Address = "127.0.0.9:25" });

        Assert.That(result.Reply?.Percent, Is.EqualTo(11));
    }

    [Test]
    public async Task A_line_without_end_is_no_reply()
    {
        await using var agent = AgentSocket.Started();
        agent.Line = new string('x', 10_000);

        var result = await AskAsync(agent.Address);

        Assert.That(result, Is.EqualTo(new AgentResult(null, "its line is longer than 512 bytes")));
    }

    [Test]
    public async Task An_agent_that_says_nothing_is_not_waited_for()
    {
        await using var agent = AgentSocket.Started();
        agent.IsSilent = true;

        var result = await _check.RunAsync(new UpstreamOptions { Agent = agent.Address }, TimeSpan.FromMilliseconds(50), default);

        Assert.That(result.Reply, Is.Null);
        Assert.That(result.Problem, Does.StartWith("no reply within "));
    }

    [Test]
    public async Task An_empty_line_and_a_closed_port_are_problems()
    {
        await using var agent = AgentSocket.Started();
        agent.Line = "\n";
        var empty = await AskAsync(agent.Address);
        await agent.StopAsync();
        var closed = await AskAsync(agent.Address);

        Assert.That(empty, Is.EqualTo(new AgentResult(null, "it said nothing")));
        Assert.That((closed.Reply, closed.Problem), Is.Not.EqualTo((closed.Reply, (string?)null)));
    }

    [Test]
    public async Task One_that_is_given_up_tells_neither()
    {
        await using var agent = AgentSocket.Started();
        agent.IsSilent = true;
        using var stopping = new CancellationTokenSource();
        var asking = _check.RunAsync(new UpstreamOptions { Agent = agent.Address }, Patience, stopping.Token);

        await stopping.CancelAsync();

        Assert.That(await asking, Is.EqualTo(new AgentResult(null, null)));
    }

    private Task<AgentResult> AskAsync(string address, UpstreamOptions? options = null) =>
        _check.RunAsync((options ?? new UpstreamOptions()) with { Agent = address }, Patience, CancellationToken.None);
}
