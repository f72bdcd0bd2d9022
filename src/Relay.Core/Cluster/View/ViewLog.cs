using Microsoft.Extensions.Logging;
using Relay.Core.Upstreams;

namespace Relay.Core.Cluster.View;

/// <summary>What happens on this node since another said so: whoever looks for the reason must find it.</summary>
internal sealed partial class ViewLog(ILogger<ViewLog> logger)
{
    [LoggerMessage(
        EventId = 750,
        EventName = "PeerEjected",
        Level = LogLevel.Warning,
        Message = "Upstream {Upstream} is ejected, as node {Node} says: {Reason}"
    )]
    public partial void Ejected(UpstreamServer upstream, string node, string reason);

    [LoggerMessage(
        EventId = 751,
        EventName = "PeerReturned",
        Level = LogLevel.Information,
        Message = "Upstream {Upstream} is back: it works again for node {Node}"
    )]
    public partial void Returned(UpstreamServer upstream, string node);

    [LoggerMessage(
        EventId = 752,
        EventName = "PeerLetGo",
        Level = LogLevel.Information,
        Message = "Upstream {Upstream} is tried again: node {Node}, which had ejected it, is not heard any more"
    )]
    public partial void LetGo(UpstreamServer upstream, string node);

    [LoggerMessage(
        EventId = 753,
        EventName = "PeerSteered",
        Level = LogLevel.Information,
        Message = "Upstream {Upstream} is {What} by hand on node {Node}"
    )]
    public partial void Steered(UpstreamServer upstream, string what, string node);

    [LoggerMessage(
        EventId = 754,
        EventName = "PeerPaused",
        Level = LogLevel.Warning,
        Message = "Upstream {Upstream} gets no mail for a time, as it told node {Node}: {Reply}"
    )]
    public partial void Paused(UpstreamServer upstream, string node, string reply);

    [LoggerMessage(
        EventId = 755,
        EventName = "ViewAway",
        Level = LogLevel.Warning,
        Message = "Other nodes are neither told nor heard, this one goes by its own sight: {Reason}"
    )]
    public partial void Away(string reason);

    [LoggerMessage(
        EventId = 756,
        EventName = "ViewBack",
        Level = LogLevel.Information,
        Message = "Other nodes are told and heard again; there are {Nodes} in all"
    )]
    public partial void Back(int nodes);

    [LoggerMessage(
        EventId = 757,
        EventName = "ViewDefect",
        Level = LogLevel.Error,
        Message = "A look at the other nodes ended by a defect"
    )]
    public partial void Defect(Exception defect);
}
