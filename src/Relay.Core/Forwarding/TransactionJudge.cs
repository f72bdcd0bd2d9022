using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Forwarding;

/// <summary>
/// Reads the verdict on each recipient out of all the replies of a transaction. Pure. A recipient's verdict is its first negative reply in the order of the commands;
/// what follows, a 503 to DATA after all recipients were put off for instance, is a consequence and says nothing.
/// </summary>
internal static class TransactionJudge
{
    public static RecipientVerdict[] Judge(TransactionResult result, ReplyContext context)
    {
        var verdicts = new RecipientVerdict[result.Recipients.Length];
        var hasAccepted = false;
        for (var index = 0; index < verdicts.Length; index++)
        {
            verdicts[index] = JudgeRecipient(result, index, context with { FollowsAccepted = hasAccepted });
            hasAccepted |= result.Recipients[index] is { IsPositive: true };
        }

        return verdicts;
    }

    private static RecipientVerdict JudgeRecipient(TransactionResult result, int index, ReplyContext context)
    {
        if (result.Mail is { IsPositive: false } mail)
        {
            return Negative(TransactionStage.Mail, mail, context);
        }

        if (result.Recipients[index] is { IsPositive: false } recipient)
        {
            return Negative(TransactionStage.Rcpt, recipient, context);
        }

        var isAccepted = result.Recipients[index] is not null;
        return isAccepted ? JudgeAccepted(result, context) : BrokenOff(result, context);
    }

    private static RecipientVerdict JudgeAccepted(TransactionResult result, ReplyContext context)
    {
        if (result.Data is { Code: not 354 } data)
        {
            return Negative(TransactionStage.Data, data, context);
        }

        return result.Dot switch
        {
            { IsPositive: true } dot => RecipientVerdict.Delivered(dot),
            { } dot => Negative(TransactionStage.Dot, dot, context),
            null => BrokenOff(result, context),
        };
    }

    private static RecipientVerdict Negative(TransactionStage stage, SmtpReply reply, ReplyContext context) =>
        new(ReplyClassifier.Classify(stage, reply, context), reply);

    private static RecipientVerdict BrokenOff(TransactionResult result, ReplyContext context) =>
        result.Failure is { } failure ? RecipientVerdict.Of(failure, context) : RecipientVerdict.NotSent;
}
