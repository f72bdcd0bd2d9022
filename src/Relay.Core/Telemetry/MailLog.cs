using System.Text;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry;

/// <summary>The postmaster's log: one line for each thing a postmaster asks about.</summary>
internal sealed partial class MailLog(ILogger<MailLog> logger, TimeProvider time)
{
    private const int NamedRecipients = 3;

    /// <summary>What became of a message, when its client gets the answer.</summary>
    public void Settled(
        ReceivedMessage message,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        SmtpReply reply
    )
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogSettled(
                message.Id,
                message.Envelope.Sender,
                Names(message.Envelope),
                message.Body.Length,
                Upstream(outcomes, attempts),
                Summary(outcomes),
                Math.Round(time.GetElapsedTime(message.ReceivedAt).TotalMilliseconds, 1),
                attempts.Count,
                reply
            );
        }

        if (attempts.Count > 1)
        {
            LogAttempts(message.Id, attempts);
        }
    }

    private void LogAttempts(MessageId id, IReadOnlyList<AttemptRecord> attempts)
    {
        foreach (var attempt in attempts)
        {
            LogAttempt(id, attempt.Upstream, (long)attempt.Duration.TotalMilliseconds, attempt.Summary);
        }
    }

    /// <summary>The server that decided, or the last one that was asked.</summary>
    private static string Upstream(IReadOnlyList<RecipientOutcome> outcomes, IReadOnlyList<AttemptRecord> attempts) =>
        outcomes[0].Upstream ?? (attempts.Count == 0 ? "-" : attempts[^1].Upstream);

    private static string Names(Envelope envelope)
    {
        if (envelope.Recipients.Count == 1)
        {
            return envelope.Recipients[0].Path.ToString();
        }

        var names = new StringBuilder();
        names.AppendJoin(',', envelope.Recipients.Take(NamedRecipients).Select(recipient => recipient.Path));
        if (envelope.Recipients.Count > NamedRecipients)
        {
            names.Append('+').Append(envelope.Recipients.Count - NamedRecipients);
        }

        return names.ToString();
    }

    private static string Summary(IReadOnlyList<RecipientOutcome> outcomes)
    {
        var first = outcomes[0].Kind;
        return outcomes.All(outcome => outcome.Kind == first) ? Word(first) : "mixed";
    }

    private static string Word(OutcomeKind kind) =>
        kind switch
        {
            OutcomeKind.Delivered => "delivered",
            OutcomeKind.Rejected => "rejected",
            OutcomeKind.Uncertain => "uncertain",
            _ => "deferred",
        };

    [LoggerMessage(
        EventId = 400,
        EventName = "Settled",
        Level = LogLevel.Information,
        Message = "{Id} from={From} to={To} size={Size} upstream={Upstream} outcome={Outcome} ms={Ms} attempts={Attempts} reply=\"{Reply}\""
    )]
    private partial void LogSettled(
        MessageId id,
        MailPath from,
        string to,
        long size,
        string upstream,
        string outcome,
        double ms,
        int attempts,
        SmtpReply reply
    );

    [LoggerMessage(
        EventId = 401,
        EventName = "Attempt",
        Level = LogLevel.Information,
        Message = "{Id} attempt upstream={Upstream} ms={Ms} {Summary}"
    )]
    private partial void LogAttempt(MessageId id, string upstream, long ms, string summary);
}
