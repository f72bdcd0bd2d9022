using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.View;

/// <summary>
/// Finds out what other nodes do not know yet of a server, by comparing it with what they were told last. What changes several times between two looks, or while nobody can be told, is told
/// once, as it is then; the path of a message has nothing to do with it.
/// </summary>
internal sealed class ViewNews(PeerNode self, ViewMemory view, TimeProvider time)
{
    /// <summary>A pace that is so much more or less than was told is told anew.</summary>
    private const double Much = 0.2;

    private readonly List<(ViewChange Change, Action Told)> _found = [];

    public IReadOnlyList<ViewChange> Changes => [.. _found.Select(static found => found.Change)];

    public bool IsEmpty => _found.Count == 0;

    /// <summary>The others know now.</summary>
    public void Told()
    {
        foreach (var (_, told) in _found)
        {
            told();
        }
    }

    public void LookAt(UpstreamServer server, ServerMemory memory)
    {
        LookAtWishes(server, memory);
        LookAtHealth(server, memory);
        LookAtPause(server, memory);
        LookAtPace(server, memory);
    }

    private void LookAtWishes(UpstreamServer server, ServerMemory memory)
    {
        var wish = server.Hand.Wish;
        if (wish.Drains != memory.DrainsTold)
        {
            var document = new ViewDocument { Node = self.Name, IsOut = wish.IsDrained };
            Add(server, ViewKind.Drain, ViewKey.Everybody, document, () => memory.DrainsTold = wish.Drains);
        }

        if (wish.Weighings == memory.WeighingsTold)
        {
            return;
        }

        if (wish.Weight == 0 && IsWeightForNow(server))
        {
            memory.WeighingsTold = wish.Weighings; // the change of the configuration that ended it was made elsewhere before, and an operator has weighed the server since
            return;
        }

        var weight =
            wish.Weight > 0
                ? new ViewDocument
                {
                    Node = self.Name,
                    Weight = wish.Weight,
                    Basis = server.Options.Weight,
                }
                : null;
        Add(server, ViewKind.Weight, ViewKey.Everybody, weight, () => memory.WeighingsTold = wish.Weighings);
    }

    private bool IsWeightForNow(UpstreamServer server) =>
        view.Wish(server.GroupName, server.Name, ViewKind.Weight)?.Document is { } document && document.Basis == server.Options.Weight;

    private void LookAtHealth(UpstreamServer server, ServerMemory memory)
    {
        var verdict = server.Health.Verdict;
        if (ReferenceEquals(verdict, memory.VerdictTold))
        {
            return;
        }

        var document = verdict is null
            ? null
            : Of(server) with
            {
                IsOut = verdict.IsEjected,
                Cause = verdict.Cause,
                Reason = verdict.Reason,
                InARow = verdict.InARow,
                IsTrial = verdict.IsTrial,
                IsByHand = verdict.IsByHand,
            };
        var left = verdict is { IsEjected: true } ? LeftUntil(verdict.Until) : null;
        Add(server, ViewKind.Health, self.Id, document, () => memory.VerdictTold = verdict, left);
    }

    private void LookAtPause(UpstreamServer server, ServerMemory memory)
    {
        var word = server.Pace.Word;
        if (ReferenceEquals(word, memory.PauseTold))
        {
            return;
        }

        var document = word is null ? null : Of(server) with { Reason = word.Reply };
        Add(server, ViewKind.Pause, self.Id, document, () => memory.PauseTold = word, word is null ? null : LeftUntil(word.Until));
    }

    private void LookAtPace(UpstreamServer server, ServerMemory memory)
    {
        var (learned, told) = (server.Pace.LearnedHere, memory.PaceTold);
        var isNews = learned is { } now && told is { } before ? Math.Abs(now - before) > Much * before : learned is null != told is null;
        if (isNews)
        {
            var document = learned is { } rate ? Of(server) with { PerSecond = rate, Reason = server.Pace.Reply } : null;
            Add(server, ViewKind.Pace, self.Id, document, () => memory.PaceTold = learned);
        }
    }

    private ViewDocument Of(UpstreamServer server) => new() { Node = self.Name, Address = server.Options.Address };

    private TimeSpan? LeftUntil(long until)
    {
        var now = time.GetTimestamp();
        return until > now ? time.GetElapsedTime(now, until) : TimeSpan.Zero;
    }

    private void Add(UpstreamServer server, ViewKind kind, long node, ViewDocument? document, Action told, TimeSpan? left = null) =>
        _found.Add((new ViewChange(ViewKey.Of(server.GroupName, server.Name, kind, node), document, left), told));
}
