namespace Relay.Benchmarks.Peers;

/// <summary>A relay, or what stands in its place. It has no state; what is started is a <see cref="RunningPeer"/>.</summary>
internal interface IPeer
{
    /// <summary>What <c>--peers</c> and the table call it.</summary>
    string Name { get; }

    /// <summary>Whether it spreads mail over several upstreams; one that cannot gets one.</summary>
    bool Balances => false;

    /// <summary>Why it cannot be measured on this machine as it is; null when it can.</summary>
    string? WhyNot { get; }

    /// <summary>Prints its version; empty for what has none of its own.</summary>
    IReadOnlyList<string> VersionCommand => [];

    /// <summary>Starts it in front of the upstreams, and returns once it greets.</summary>
    /// <param name="folder">Its own, to be filled with configuration, logs and queues.</param>
    /// <param name="upstreams">Their ports on loopback.</param>
    /// <param name="cancellationToken">Gives the start up; what was started is ended.</param>
    Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken);
}
