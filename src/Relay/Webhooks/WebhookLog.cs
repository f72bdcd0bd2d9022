using Relay.Core.Configuration;

namespace Relay.Webhooks;

/// <summary>What is logged of webhooks; never a URL, which may hold a key.</summary>
internal sealed partial class WebhookLog(ILogger logger)
{
    [LoggerMessage(
        EventId = 610,
        EventName = "WebhookFailed",
        Level = LogLevel.Warning,
        Message = "Webhook {Webhook} did not take {Kind}: {Reason}; tried again in {Seconds} s"
    )]
    public partial void Failed(string webhook, EventKind kind, string reason, int seconds);

    [LoggerMessage(
        EventId = 611,
        EventName = "WebhookGivenUp",
        Level = LogLevel.Warning,
        Message = "Webhook {Webhook} will not be told of {Kind}: {Reason}"
    )]
    public partial void GivenUp(string webhook, EventKind kind, string reason);

    [LoggerMessage(
        EventId = 612,
        EventName = "WebhookDropped",
        Level = LogLevel.Warning,
        Message = "Webhook {Webhook} is behind: it will not be told of {Kind}"
    )]
    public partial void Dropped(string webhook, EventKind kind);

    [LoggerMessage(EventId = 613, EventName = "WebhookDefect", Level = LogLevel.Error, Message = "Webhook {Webhook} ended by a defect")]
    public partial void Defect(Exception defect, string webhook);
}
