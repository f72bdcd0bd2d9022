namespace Relay.Core.Upstreams;

/// <summary>How the attempts at one server, or at several together, ended.</summary>
internal readonly record struct UpstreamCounts(long Delivered, long Deferred, long Rejected, long Failed, long Uncertain)
{
    public static UpstreamCounts Of(UpstreamServer server)
    {
        var load = server.Load;
        return new(load.Delivered, load.Deferred, load.Rejected, load.Failed, load.Uncertain);
    }

    public static UpstreamCounts operator +(UpstreamCounts left, UpstreamCounts right) =>
        new(
            left.Delivered + right.Delivered,
            left.Deferred + right.Deferred,
            left.Rejected + right.Rejected,
            left.Failed + right.Failed,
            left.Uncertain + right.Uncertain
        );
}
