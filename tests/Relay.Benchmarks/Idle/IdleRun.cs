namespace Relay.Benchmarks.Idle;

/// <summary>The figures of one run.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Round">In which round.</param>
/// <param name="Connections">How many there were.</param>
/// <param name="BeforeMiB">Resident memory of the process tree before they came.</param>
/// <param name="AfterMiB">The same while they are idle.</param>
internal sealed record IdleRun(string Peer, int Round, int Connections, double BeforeMiB, double AfterMiB)
{
    public double KiBPerConnection => (AfterMiB - BeforeMiB) * 1024 / Connections;
}
