namespace Relay.Benchmarks.Compare;

/// <summary>The figures of one run of one peer. CPU is in seconds per 1,000 messages.</summary>
/// <param name="Case">Name of the case.</param>
/// <param name="Peer">Name of the peer.</param>
/// <param name="Round">In which round: what is compared stood side by side in time.</param>
/// <param name="Messages">How many smtp-source sent.</param>
/// <param name="PerSecond">From the start until the upstreams had all.</param>
/// <param name="PeerCpu">Of the peer's process tree.</param>
/// <param name="UpstreamCpu">Of the sinks behind it.</param>
/// <param name="PeakMiB">Most resident memory of the peer's process tree.</param>
/// <param name="AllocatedBytes">Of the managed heap, for each message; null where the program does not tell.</param>
/// <param name="Others">Share of all cores that the run did not use and that was not idle either.</param>
/// <param name="P50Ms">Of the load client, as <paramref name="P99Ms"/>.</param>
internal sealed record Run(
    string Case,
    string Peer,
    int Round,
    int Messages,
    double PerSecond,
    double PeerCpu,
    double UpstreamCpu,
    double PeakMiB,
    double? AllocatedBytes,
    double Others,
    double P50Ms,
    double P99Ms
);
