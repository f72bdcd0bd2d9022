using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Cluster.View;

/// <summary>What of one server the other nodes were told, and which of their words were heeded. Used by one thread.</summary>
internal sealed class ServerMemory
{
    public long DrainsTold { get; set; }

    public long WeighingsTold { get; set; }

    public HealthVerdict? VerdictTold { get; set; }

    public PaceWord? PauseTold { get; set; }

    public double? PaceTold { get; set; }

    /// <summary>Version of the row that was heeded last; so are the others.</summary>
    public long DrainHeard { get; set; }

    public long WeightHeard { get; set; }

    public long HealthHeard { get; set; }

    public long PauseHeard { get; set; }

    public long PaceHeard { get; set; }

    /// <summary>This node has another identity: what it told under the old one is gone.</summary>
    public void ForgetTold()
    {
        VerdictTold = VerdictTold is { IsEjected: false } ? VerdictTold : null; // that it came back long ago would be no news, and end what others have seen since
        (PauseTold, PaceTold) = (null, null);
    }

    /// <summary>Other nodes are not heard: once they are, what they say then counts, whether it was heard before or not.</summary>
    public void ForgetHealth() => HealthHeard = 0;

    /// <summary>The configuration has changed, so that what did not fit may fit now; or all is read anew.</summary>
    public void ForgetWishes() => (DrainHeard, WeightHeard) = (0, 0);
}
