using System.Globalization;
using Relay.Core.Dispatch;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary>Puts the rules of the choice into words, in the order in which they are applied.</summary>
internal static class ExplanationText
{
    public static ExplainedUpstream Of(UpstreamServer server, PickPreview preview, PickRequest request)
    {
        var isCandidate = preview.Candidates.Contains(server);
        return new ExplainedUpstream(
            server.Name,
            server.Tier,
            server.Status.State,
            server.Load.InFlight,
            server.MostInFlight,
            isCandidate,
            isCandidate ? WhyIt(server, preview) : WhyNot(server, preview, request)
        );
    }

    public static string Verdict(PickPreview preview, UpstreamGroup group, PickRequest request)
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

        if (group.ExcludesSender(request.Message.Envelope.Sender))
        {
            return $"it would be refused: {CarryReplies.SenderNotTaken}";
        }

        if (group.Members.Count == 0)
        {
            return "the lookup of its upstreams has found no server: its mail waits, or is answered 451 4.4.1";
        }

        return group.Members.All(member => request.WhatIsMissing(member) is not null)
            ? $"it would be refused: {request.WhatIsMissing(group.Members[^1])}"
            : "no upstream that can carry it is in service: one that failed gets a message as a trial now and then, the others are answered 451 4.4.1";
    }

    private static string WhyIt(UpstreamServer server, PickPreview preview) =>
        server == preview.Choice
            ? "it is the choice"
            : string.Create(CultureInfo.InvariantCulture, $"a candidate, weight {server.EffectiveWeight:0.##}");

    private static string WhyNot(UpstreamServer server, PickPreview preview, PickRequest request)
    {
        if (!server.Senders.Takes(request.Message.Envelope.Sender))
        {
            return $"it takes mail of other senders: {string.Join(", ", server.Options.SenderPatterns)}";
        }

        if (request.WhatIsMissing(server) is { } missing)
        {
            return $"it cannot carry the message: {missing.Text}";
        }

        if (!server.IsInService)
        {
            return $"out of service: {server.Status.Reason}";
        }

        if (!server.Pace.HasRoom(request.RecipientsFor(server)))
        {
            return $"out of pace: {server.Pace.Reason}";
        }

        return server.HasRoom ? $"its tier is not used while tier {preview.Tier} is in service" : "no room: all its connections are in use";
    }
}
