namespace Relay.Benchmarks.Wan;

/// <summary>The figures of one run.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Chunking">Whether the upstream offers CHUNKING besides PIPELINING.</param>
/// <param name="Round">In which round.</param>
/// <param name="P50Ms">From the connect to the last 250, as <paramref name="P99Ms"/>.</param>
/// <param name="PeerCpu">CPU seconds of the peer per 1,000 messages.</param>
/// <param name="Others">Share of all cores that the run did not use and that was not idle either.</param>
internal sealed record WanRun(string Peer, bool Chunking, int Round, double P50Ms, double P99Ms, double PeerCpu, double Others);
