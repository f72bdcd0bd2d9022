using System.Diagnostics;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry;

/// <summary>
/// The spans of Relay: one for a message as its client hands it over, one for each run of a spooled delivery, one for each attempt, and one for each phase of the dialogue with
/// a server. While nobody listens none is made, and nothing is allocated. Like every source of activities it is one for the process.
/// </summary>
internal static class RelayTracing
{
    public const string SourceName = "Relay";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>What a later span may link to: the span that runs here, in the form of a <c>traceparent</c> field. Null when there is none, or it is not recorded.</summary>
    public static string? Context => Running is { Recorded: true } span ? span.Id : null;

    private static Activity? Running => Activity.Current is { } span && ReferenceEquals(span.Source, Source) ? span : null;

    /// <summary>A message was received whole; the span ends with the answer to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="parent">What its <c>traceparent</c> field says.</param>
    public static Activity? BeginMessage(ReceivedMessage message, ActivityContext parent)
    {
        if (!IsOn)
        {
            return null;
        }

        Activity.Current = null; // whatever else may run here, a request to the API for instance, has not sent the message
        var span = Source.StartActivity("relay.message", ActivityKind.Consumer, parent);
        span?.SetTag("relay.message.id", message.Id.ToString());
        span?.SetTag("relay.listener", message.Origin.Listener);
        span?.SetTag("relay.message.size", message.Body.Length);
        span?.SetTag("relay.recipients", message.Envelope.Recipients.Count);
        return span;
    }

    /// <summary>The message was answered.</summary>
    public static void End(Activity? span, SmtpReply reply, bool isStored)
    {
        span?.SetTag("relay.reply.code", reply.Code);
        span?.SetTag("relay.queued", isStored);
        if (!reply.IsPositive)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>
    /// A run of a spooled delivery whose reception was recorded: a trace of its own, for it may come days later, with a link to the span of the reception.
    /// </summary>
    /// <param name="id">The message.</param>
    /// <param name="group">Where it goes.</param>
    /// <param name="number">Counts its runs, from 1.</param>
    /// <param name="reception"><see cref="Context"/> as it was then.</param>
    public static Activity? BeginRun(MessageId id, string group, int number, string? reception)
    {
        if (!IsOn || reception is null)
        {
            return null;
        }

        Activity.Current = null; // a run that begins at once begins within the span of the reception
        ActivityLink[]? links = ActivityContext.TryParse(reception, null, isRemote: true, out var context)
            ? [new ActivityLink(context)]
            : null;
        var span = Source.StartActivity("relay.run", ActivityKind.Consumer, parentContext: default, links: links);
        span?.SetTag("relay.message.id", id.ToString());
        span?.SetTag("relay.group", group);
        span?.SetTag("relay.run", number);
        return span;
    }

    /// <summary>An attempt at one server.</summary>
    public static Activity? BeginAttempt(string group, string upstream)
    {
        var span = Running is null ? null : Source.StartActivity("relay.attempt", ActivityKind.Client);
        span?.SetTag("relay.group", group);
        span?.SetTag("relay.upstream", upstream);
        return span;
    }

    /// <summary>The attempt is over.</summary>
    /// <param name="span">That of the attempt.</param>
    /// <param name="outcome">The gravest of its recipients'.</param>
    /// <param name="reply">Its code is shown, its text is not: servers like to repeat addresses.</param>
    /// <param name="failure">One word for what broke it off, if anything did.</param>
    public static void End(Activity? span, OutcomeKind outcome, SmtpReply? reply, string? failure)
    {
        span?.SetTag("relay.outcome", WordOf(outcome));
        if (reply is not null)
        {
            span?.SetTag("relay.reply.code", reply.Code);
        }

        if (failure is not null)
        {
            span?.SetTag("error.type", failure);
        }

        if (outcome != OutcomeKind.Delivered)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure);
        }
    }

    /// <summary>A phase below <paramref name="parent"/>; it does not become the span that runs here, since the next phase is its neighbour.</summary>
    public static Activity? BeginPhase(string name, Activity parent)
    {
        Activity.Current = parent;
        var span = Source.StartActivity(name, ActivityKind.Client);
        Activity.Current = parent;
        return span;
    }

    private static string WordOf(OutcomeKind outcome) =>
        outcome switch
        {
            OutcomeKind.Delivered => "delivered",
            OutcomeKind.Rejected => "rejected",
            OutcomeKind.Uncertain => "uncertain",
            _ => "deferred",
        };
}
