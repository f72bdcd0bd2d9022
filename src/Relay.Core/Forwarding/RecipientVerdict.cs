using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Forwarding;

/// <summary>What one transaction means for one recipient, and the reply that says so, if one does.</summary>
internal readonly record struct RecipientVerdict(Verdict Verdict, SmtpReply? Reply)
{
    /// <summary>Accepted at RCPT, but nothing was sent, since all or none were to get the message.</summary>
    public static readonly RecipientVerdict NotSent = new(new Verdict(OutcomeKind.Deferred, NextStep.TryAnother, Blame.None), null);

    /// <summary>The message had more recipients than the upstream's pace has room for, and this one was not among those who got it.</summary>
    public static readonly RecipientVerdict OutOfPace = new(new Verdict(OutcomeKind.Deferred, NextStep.WhenInPace, Blame.None), null);

    public bool IsNotSent => this == NotSent || this == OutOfPace;

    public static RecipientVerdict Delivered(SmtpReply reply) => new(new Verdict(OutcomeKind.Delivered, NextStep.Stop, Blame.None), reply);

    public static RecipientVerdict Of(UpstreamFailure failure, ReplyContext context) =>
        new(ReplyClassifier.Classify(failure, context), failure.Reply);
}
