using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Discovery;

namespace Relay.Tests.Upstreams.Discovery;

/// <summary>Answers as the test says, at once or when the test lets it.</summary>
internal sealed class ScriptedResolver : IDiscoveryResolver
{
    public DiscoveryFinding Finding { get; set; } = DiscoveryFinding.Missing("there is no such name");

    /// <summary>What is awaited before each answer.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public List<DiscoveryQuestion> Asked { get; } = [];

    public void Leads(TimeSpan timeToLive, params string[] addresses) =>
        Finding = DiscoveryFinding.Found(
            [new DiscoveredTarget("pool.test", null, 0, 0, [.. addresses.Select(IPAddress.Parse)])],
            timeToLive,
            ""
        );

    public async Task<DiscoveryFinding> FindAsync(
        DiscoveryQuestion question,
        IReadOnlyList<DiscoveredTarget> last,
        DiscoveryOptions options,
        CancellationToken cancellationToken
    )
    {
        Asked.Add(question);
        await Gate.WaitAsync(cancellationToken);
        return Finding;
    }
}
