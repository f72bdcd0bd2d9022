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
        SmtpReply reply,
        bool isStored
    )
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogSettled(
                message.Id,
                message.Envelope.Sender,
                Names(message.Envelope.Recipients),
                message.Origin.User ?? "-",
                message.Body.Length,
                Upstream(outcomes, attempts),
                isStored ? "queued" : Summary(outcomes),
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

    /// <summary>What a run of a spooled delivery came to.</summary>
    /// <param name="id">The message.</param>
    /// <param name="sender">Its sender.</param>
    /// <param name="recipients">Those of the delivery.</param>
    /// <param name="outcomes">What became of each.</param>
    /// <param name="attempts">Attempts of this run.</param>
    /// <param name="next">When those that are left are tried again; null when none are.</param>
    /// <param name="isGivenUp">Some are not tried any more.</param>
    /// <param name="age">Since the message came.</param>
    public void Run(
        MessageId id,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> recipients,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        DateTimeOffset? next,
        bool isGivenUp,
        TimeSpan age
    )
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var last = attempts.Count == 0 ? "nobody could be asked" : attempts[^1].Summary;
            LogRun(
                id,
                sender,
                Names(recipients),
                Upstream(outcomes, attempts),
                isGivenUp ? "failed" : Summary(outcomes),
                (long)age.TotalSeconds,
                next,
                last
            );
        }

        if (attempts.Count > 1)
        {
            LogAttempts(id, attempts);
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

    private static string Names(IReadOnlyList<EnvelopeRecipient> recipients)
    {
        if (recipients.Count == 1)
        {
            return recipients[0].Path.ToString();
        }

        var names = new StringBuilder();
        names.AppendJoin(',', recipients.Take(NamedRecipients).Select(recipient => recipient.Path));
        if (recipients.Count > NamedRecipients)
        {
            names.Append('+').Append(recipients.Count - NamedRecipients);
        }

        return names.ToString();
    }

    private static string Summary(IReadOnlyList<RecipientOutcome> outcomes)
    {
        var first = outcomes[0].Kind;
        return outcomes.Count == 1 || outcomes.All(outcome => outcome.Kind == first) ? Word(first) : "mixed";
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
        Message = "{Id} from={From} to={To} user={User} size={Size} upstream={Upstream} outcome={Outcome} ms={Ms} attempts={Attempts} reply=\"{Reply}\""
    )]
    private partial void LogSettled(
        MessageId id,
        MailPath from,
        string to,
        string user,
        long size,
        string upstream,
        string outcome,
        double ms,
        int attempts,
        SmtpReply reply
    );

    [LoggerMessage(
        EventId = 402,
        EventName = "Run",
        Level = LogLevel.Information,
        Message = "{Id} from={From} to={To} upstream={Upstream} outcome={Outcome} age={Age}s next={Next:u} {Summary}"
    )]
    private partial void LogRun(
        MessageId id,
        MailPath from,
        string to,
        string upstream,
        string outcome,
        long age,
        DateTimeOffset? next,
        string summary
    );

    [LoggerMessage(
        EventId = 401,
        EventName = "Attempt",
        Level = LogLevel.Information,
        Message = "{Id} attempt upstream={Upstream} ms={Ms} {Summary}"
    )]
    private partial void LogAttempt(MessageId id, string upstream, long ms, string summary);
}
