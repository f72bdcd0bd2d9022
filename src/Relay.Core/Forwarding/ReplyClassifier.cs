using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Forwarding;

/// <summary>
/// What a reply or a failure means: the table of docs/failover-and-retries.md, row by row. Pure. A definite 4xx or 5xx means "not accepted", so that trying
/// another server cannot double the message; silence after the final dot means nothing of the kind.
/// </summary>
internal static class ReplyClassifier
{
    private static readonly Verdict ServerFailed = new(OutcomeKind.Deferred, NextStep.TryAnother, Blame.Host);
    private static readonly Verdict Throttled = new(OutcomeKind.Deferred, NextStep.TryAnother, Blame.Pace);
    private static readonly Verdict LoginThrottled = new(OutcomeKind.Deferred, NextStep.TryAnother, Blame.Logins);
    private static readonly Verdict Unknown = new(OutcomeKind.Uncertain, NextStep.Stop, Blame.None);
    private static readonly Verdict OnceMore = new(OutcomeKind.Deferred, NextStep.RetryOnFresh, Blame.None);

    /// <summary>The meaning of a negative reply to MAIL, RCPT, DATA or the dot.</summary>
    /// <param name="stage">The command it answers.</param>
    /// <param name="reply">4xx or 5xx; anything else is no verdict and reads as a failure of the server.</param>
    /// <param name="context">What else decides.</param>
    public static Verdict Classify(TransactionStage stage, SmtpReply reply, ReplyContext context)
    {
        // Who breaks off on a kept connection at MAIL has merely had enough of the connection.
        if (reply.Code == 421 && stage == TransactionStage.Mail && context.IsReused)
        {
            return OnceMore;
        }

        if (stage == TransactionStage.Rcpt && IsTooManyRecipients(reply) && context.FollowsAccepted)
        {
            return new Verdict(OutcomeKind.Deferred, NextStep.FurtherTransaction, Blame.None);
        }

        if (context.ReadPace(reply) is { } word)
        {
            return word.Meaning == ThrottleMeaning.LoginThrottle ? LoginThrottled : Throttled;
        }

        // A 3xx to the dot is no "no": the server may have the message, and another must not get it.
        if (stage == TransactionStage.Dot && !reply.IsTransient && !reply.IsPermanent)
        {
            return Unknown;
        }

        if (!IsVerdict(reply))
        {
            return stage < TransactionStage.Dot && context.IsReused ? OnceMore : ServerFailed;
        }

        if (ServerComplaints.IsAboutServer(reply))
        {
            return new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.HostAlarm);
        }

        if (reply.Code == 421)
        {
            return ServerFailed;
        }

        return reply.IsPermanent ? Refused(context.Refused) : PutOff(stage);
    }

    /// <summary>The meaning of a dialogue that broke off.</summary>
    public static Verdict Classify(UpstreamFailure failure, ReplyContext context)
    {
        if (failure.Stage == TransactionStage.Dot)
        {
            return AtDot(failure, context);
        }

        return failure.Kind switch
        {
            UpstreamFailureKind.Cancelled or UpstreamFailureKind.LeaseOver => new Verdict(
                OutcomeKind.Deferred,
                NextStep.Stop,
                Blame.Nobody
            ),
            UpstreamFailureKind.CannotCarry => new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.None),
            // It was not asked at all.
            UpstreamFailureKind.LoginTooSoon => new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.Nobody),
            // A failed STARTTLS never means clear text, and somebody has to look; a failed implicit TLS is a failed connection.
            UpstreamFailureKind.TlsFailed when failure.Stage == TransactionStage.StartTls => new Verdict(
                OutcomeKind.Deferred,
                NextStep.TryAnother,
                Blame.HostAlarm
            ),
            UpstreamFailureKind.TlsNotOffered or UpstreamFailureKind.XClientNotOffered => new Verdict(
                OutcomeKind.Deferred,
                NextStep.TryAnother,
                Blame.HostAlarm
            ),
            UpstreamFailureKind.AuthNotOffered or UpstreamFailureKind.TokenRefused => new Verdict(
                OutcomeKind.Deferred,
                NextStep.TryAnother,
                Blame.Credentials
            ),
            UpstreamFailureKind.CertificateNotTrusted => new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.Certificate),
            UpstreamFailureKind.Reply => AtReply(failure, context),
            _ => IsMidTransaction(failure.Stage) && context.IsReused ? OnceMore : ServerFailed,
        };
    }

    private static Verdict AtDot(UpstreamFailure failure, ReplyContext context) =>
        failure is { Kind: UpstreamFailureKind.Reply, Reply: { } reply } ? Classify(TransactionStage.Dot, reply, context) : Unknown;

    private static Verdict AtReply(UpstreamFailure failure, ReplyContext context)
    {
        var reply = failure.Reply ?? throw new ArgumentException("A failure of the kind Reply carries its reply.", nameof(failure));
        return failure.Stage switch
        {
            TransactionStage.Connect or TransactionStage.Greeting or TransactionStage.Ehlo => AtGreeting(reply, context),
            TransactionStage.StartTls => new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.HostAlarm),
            TransactionStage.Auth => AtAuth(reply, context),
            _ => Classify(failure.Stage, reply, context),
        };
    }

    /// <summary>
    /// Whatever the greeting says, 554 too, is about the server: deferred, never bounced. Who asks for less before any mail was named minds the connections: those that
    /// stand may go on, unless all that may be sent is used up.
    /// </summary>
    private static Verdict AtGreeting(SmtpReply reply, ReplyContext context) =>
        context.ReadPace(reply) switch
        {
            null => ServerFailed,
            { Meaning: ThrottleMeaning.Quota } => Throttled,
            _ => LoginThrottled,
        };

    private static Verdict AtAuth(SmtpReply reply, ReplyContext context) =>
        context.ReadPace(reply) is { Meaning: ThrottleMeaning.Quota } ? Throttled
        : reply.IsTransient || context.ReadPace(reply) is not null ? LoginThrottled
        : new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.Credentials);

    private static Verdict PutOff(TransactionStage stage)
    {
        var next = stage == TransactionStage.Rcpt ? NextStep.TryOneOther : NextStep.TryAnother;
        return new Verdict(OutcomeKind.Deferred, next, Blame.Message);
    }

    private static Verdict Refused(RefusedHandling handling)
    {
        var next = handling == RefusedHandling.TryNext ? NextStep.TryOneOther : NextStep.Stop;
        return new Verdict(OutcomeKind.Rejected, next, Blame.Message);
    }

    /// <summary>452 4.5.3, and 452 without an enhanced code where recipients were accepted before (RFC 5321 §4.5.3.1.10).</summary>
    private static bool IsTooManyRecipients(SmtpReply reply) =>
        reply is { Code: 452, Enhanced: null or { Class: 4, Subject: 5, Detail: 3 } };

    /// <summary>3xx, and 500, 502, 503 where a verdict was due, show that the two have lost step.</summary>
    private static bool IsVerdict(SmtpReply reply) => (reply.IsTransient || reply.IsPermanent) && reply.Code is not (500 or 502 or 503);

    private static bool IsMidTransaction(TransactionStage stage) => stage is >= TransactionStage.Mail and < TransactionStage.Dot;
}

/// <summary>What besides the reply decides its meaning.</summary>
/// <param name="IsReused">The connection had carried a transaction before.</param>
/// <param name="Refused">The group's word on 5xx.</param>
/// <param name="FollowsAccepted">Recipients were accepted before this one in the transaction.</param>
/// <param name="Patterns">The server's own words for "slower"; null for the rules that hold for every server.</param>
internal readonly record struct ReplyContext(
    bool IsReused,
    RefusedHandling Refused,
    bool FollowsAccepted = false,
    ReplyPatterns? Patterns = null
)
{
    /// <summary>What the reply says about pace; null when it says nothing of the kind.</summary>
    public ThrottleWord? ReadPace(SmtpReply reply) => (Patterns ?? ReplyPatterns.BuiltIn).Read(reply);
}
