using Relay.Core.Upstreams.Health;
using Relay.TestKit;

namespace Relay.Tests.Cluster.View;

/// <summary>Three nodes and a clock that stands still unless it is set.</summary>
public abstract class ThreeNodes
{
    private protected TestClock Time { get; private set; } = null!;
    private protected Dictionary<long, BoardStore> Identities { get; } = [];
    private protected ViewBoard Board { get; private set; } = null!;
    private protected ViewNode One { get; private set; } = null!;
    private protected ViewNode Two { get; private set; } = null!;
    private protected ViewNode Three { get; private set; } = null!;

    private protected ViewNode[] All => [One, Two, Three];

    [SetUp]
    public async Task SetUp()
    {
        Time = new TestClock();
        Board = new ViewBoard(Time);
        (One, Two, Three) = (Join(1), Join(2), Join(3));
        await RoundAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var node in All)
        {
            await node.DisposeAsync();
        }
    }

    private protected ViewNode Join(long id)
    {
        Board.Join(id, $"n{id}");
        Identities[id] = new BoardStore(Board, new PeerNode(id, $"n{id}"));
        return new ViewNode(Identities[id], Time, ViewNode.Options(("a", 1), ("b", 1)));
    }

    /// <summary>Everybody tells, then everybody hears.</summary>
    private protected async Task RoundAsync()
    {
        foreach (var node in All.Concat(All))
        {
            await node.RoundAsync();
        }
    }
}
