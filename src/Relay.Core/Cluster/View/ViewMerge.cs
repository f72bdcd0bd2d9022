using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.View;

/// <summary>Brings what the other nodes say to the servers of this one. Each word is heeded once, when it is heard; what this node sees afterwards counts more.</summary>
internal sealed class ViewMerge(PeerNode self, ViewMemory view, ViewLog log, TimeProvider time)
{
    public void Apply(UpstreamGroup group, UpstreamServer server, ServerMemory memory)
    {
        if (ApplyDrain(server, memory) | ApplyWeight(server, memory))
        {
            group.Refresh();
        }

        ApplyHealth(group, server, memory);
        ApplyPauses(server, memory);
        ApplyPace(server, memory);
    }

    private bool ApplyDrain(UpstreamServer server, ServerMemory memory)
    {
        var drains = server.Hand.Wish.Drains;
        if (
            view.Wish(server.GroupName, server.Name, ViewKind.Drain) is not { } row
            || row.Version <= memory.DrainHeard
            || drains != memory.DrainsTold
        )
        {
            return false; // or something was said here that the others do not know yet
        }

        memory.DrainHeard = row.Version;
        var (isDrained, node) = (row.Document is { IsOut: true }, row.Document?.Node ?? "");
        var hasChanged = server.Hand.TakeDrain(drains, isDrained, time.GetUtcNow() - row.Age, node == self.Name ? null : node);
        if (hasChanged)
        {
            log.Steered(server, isDrained ? "drained" : "resumed", node);
        }

        return hasChanged;
    }

    private bool ApplyWeight(UpstreamServer server, ServerMemory memory)
    {
        var weighings = server.Hand.Wish.Weighings;
        if (
            view.Wish(server.GroupName, server.Name, ViewKind.Weight) is not { } row
            || row.Version <= memory.WeightHeard
            || weighings != memory.WeighingsTold
        )
        {
            return false;
        }

        memory.WeightHeard = row.Version;
        if (row.Document is { } document && document.Basis != server.Options.Weight)
        {
            return false; // set against another configuration than this node has
        }

        var hasChanged = server.Hand.TakeWeight(weighings, row.Document?.Weight ?? 0);
        if (hasChanged)
        {
            log.Steered(
                server,
                row.Document is null ? "has its configured weight again" : $"has the weight {row.Document.Weight}",
                row.Document?.Node ?? ""
            );
        }

        return hasChanged;
    }

    private void ApplyHealth(UpstreamGroup group, UpstreamServer server, ServerMemory memory)
    {
        var (health, sayings) = (server.Health, view.Sayings(server.GroupName, server.Name, ViewKind.Health, server.Options.Address));
        if (sayings is [.., var last] && last.Version > memory.HealthHeard)
        {
            memory.HealthHeard = last.Version;
            if (last.Key.Node != self.Id)
            {
                Heed(group, server, last);
            }
        }

        if (health.EjectedBy is { } by && !sayings.Any(row => row.Key.Node == by.Id && row.Document!.IsOut) && health.LetPeerGo())
        {
            log.LetGo(server, by.Name);
        }

        var origin = health.State == UpstreamState.Ejected ? sayings.LastOrDefault(static row => row.Document!.IsOut) : null;
        health.Turn = origin is null ? TimeSpan.Zero : PeerRules.TurnOf(view.Nodes, self.Id, origin.Key.Node, origin.Document!.IsTrial);
    }

    private void Heed(UpstreamGroup group, UpstreamServer server, ViewRow row)
    {
        var (health, word) = (server.Health, row.Document!);
        if (!word.IsOut)
        {
            if (health.TakeReturn())
            {
                log.Returned(server, word.Node);
            }

            return;
        }

        var left = row.Left ?? TimeSpan.Zero;
        var counts =
            health.State == UpstreamState.Ejected
            || PeerRules.DoesEjectionCount(word, left, SinceOwnMail(server), PeerRules.IsLast(group, server));
        var ejection = new PeerEjection(new PeerNode(row.Key.Node, word.Node), word.Cause, word.Reason, left, word.InARow);
        if (counts && health.TakeEjection(ejection))
        {
            log.Ejected(server, word.Node, word.Reason);
        }
    }

    private TimeSpan? SinceOwnMail(UpstreamServer server) =>
        server.Health.LastWorkedAt is not 0 and var at ? time.GetElapsedTime(at) : null;

    private void ApplyPauses(UpstreamServer server, ServerMemory memory)
    {
        foreach (var row in view.Sayings(server.GroupName, server.Name, ViewKind.Pause, server.Options.Address))
        {
            if (row.Version <= memory.PauseHeard)
            {
                continue;
            }

            memory.PauseHeard = row.Version;
            var word = row.Document!;
            if (row.Key.Node != self.Id && row.Left is { } left && left > TimeSpan.Zero && server.Pace.TakePause(SaidTo(word), left))
            {
                log.Paused(server, word.Node, word.Reason);
            }
        }
    }

    /// <summary>Only where nothing was learned here: nodes that are refused themselves each find their part, as they would find any limit.</summary>
    private void ApplyPace(UpstreamServer server, ServerMemory memory)
    {
        var sayings = view.Sayings(server.GroupName, server.Name, ViewKind.Pace, server.Options.Address);
        if (sayings is not [.., var last] || last.Version <= memory.PaceHeard)
        {
            return;
        }

        memory.PaceHeard = last.Version;
        var others = sayings.Where(row => row.Key.Node != self.Id).ToList();
        if (others.Count > 0 && server.Pace.Learned is null)
        {
            var part = PeerRules.PartOf(others.Select(static row => row.Document!.PerSecond), view.Nodes.Count);
            server.Pace.TakePace(SaidTo(others[^1].Document!), part);
        }
    }

    private static string SaidTo(ViewDocument word) => $"{word.Reason} (said to node {word.Node})";
}
