using System.Globalization;
using Relay.Core.Dispatch;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary>Puts the rules of the choice into words, in the order in which they are applied.</summary>
internal static class ExplanationText
{
    public static ExplainedUpstream Of(UpstreamServer server, PickPreview preview, MessageNeeds needs)
    {
        var isCandidate = preview.Candidates.Contains(server);
        return new ExplainedUpstream(
            server.Name,
            server.Tier,
            server.Status.State,
            server.Load.InFlight,
            server.MostInFlight,
            isCandidate,
            isCandidate ? WhyIt(server, preview) : WhyNot(server, preview, needs)
        );
    }

    public static string Verdict(PickPreview preview, UpstreamGroup group, MessageNeeds needs)
    {
        if (preview.Choice is { } choice)
        {
            return $"it would go to {choice.Name}";
        }

        if (preview.Candidates.Count > 0)
        {
            return $"{group.Options.Strategy} would pick one of {string.Join(", ", preview.Candidates.Select(candidate => candidate.Name))}";
        }

        if (preview.Tier is not null)
        {
            return "it would wait until an upstream has room";
        }

        if (group.Members.Count == 0)
        {
            return "the lookup of its upstreams has found no server: its mail waits, or is answered 451 4.4.1";
        }

        return group.Members.All(member => !needs.AreMetBy(member.Capabilities))
            ? $"it would be refused: {needs.WhatIsMissing(group.Members[0].Capabilities)}"
            : "no upstream that can carry it is in service: one that failed gets a message as a trial now and then, the others are answered 451 4.4.1";
    }

    private static string WhyIt(UpstreamServer server, PickPreview preview) =>
        server == preview.Choice
            ? "it is the choice"
            : string.Create(CultureInfo.InvariantCulture, $"a candidate, weight {server.EffectiveWeight:0.##}");

    private static string WhyNot(UpstreamServer server, PickPreview preview, MessageNeeds needs)
    {
        if (needs.WhatIsMissing(server.Capabilities) is { } missing)
        {
            return $"it cannot carry the message: {missing.Text}";
        }

        if (!server.IsInService)
        {
            return $"out of service: {server.Status.Reason}";
        }

        if (server.Pace.Reason is { Length: > 0 } reason)
        {
            return $"out of pace: {reason}";
        }

        return server.HasRoom ? $"its tier is not used while tier {preview.Tier} is in service" : "no room: all its connections are in use";
    }
}
