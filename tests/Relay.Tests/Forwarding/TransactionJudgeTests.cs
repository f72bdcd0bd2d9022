using Relay.Core.Configuration;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Forwarding;

public sealed class TransactionJudgeTests
{
    private static readonly ReplyContext Context = new(IsReused: false, RefusedHandling.Final);

    [Test]
    public void The_first_negative_reply_in_command_order_decides()
    {
        var result = Result(["451 4.2.1 busy", "550 5.1.1 unknown", "250 2.1.5 ok"]);
        result.Data = Reply("354 go");
        result.Dot = Reply("250 2.0.0 queued");

        var verdicts = TransactionJudge.Judge(result, Context);

        Assert.That(
            verdicts.Select(verdict => verdict.Verdict.Outcome),
            Is.EqualTo([OutcomeKind.Deferred, OutcomeKind.Rejected, OutcomeKind.Delivered])
        );
    }

    [TestCase("503 5.5.1 no valid recipients")]
    [TestCase("554 5.5.1 no valid recipients")]
    [TestCase("250 2.0.0 ok")]
    public void Whatever_data_and_dot_say_after_all_recipients_were_put_off_is_a_consequence(string consequence)
    {
        var result = Result(["451 4.7.1 greylisted", "451 4.7.1 greylisted"]);
        result.Data = Reply(consequence);
        result.Dot = Reply(consequence);

        var verdicts = TransactionJudge.Judge(result, Context);

        Assert.That(verdicts.Select(verdict => verdict.Verdict.Outcome), Is.All.EqualTo(OutcomeKind.Deferred));
        Assert.That(verdicts.Select(verdict => verdict.Reply!.Code), Is.All.EqualTo(451));
    }

    [Test]
    public void A_refused_mail_decides_for_all_recipients()
    {
        var result = Result(["503 5.5.1 need MAIL", "503 5.5.1 need MAIL"]);
        result.Mail = Reply("450 4.1.8 sender unknown");

        var verdicts = TransactionJudge.Judge(result, Context);

        Assert.That(verdicts.Select(verdict => verdict.Reply!.Code), Is.All.EqualTo(450));
    }

    [Test]
    public void A_lost_connection_leaves_refusals_as_they_were()
    {
        var result = Result(["550 5.1.1 unknown", "250 ok", null]);
        result.Failure = new UpstreamFailure(TransactionStage.Rcpt, UpstreamFailureKind.ConnectionLost);

        var verdicts = TransactionJudge.Judge(result, Context);

        Assert.That(verdicts[0].Verdict.Outcome, Is.EqualTo(OutcomeKind.Rejected));
        Assert.That(verdicts[1..].Select(verdict => verdict.Verdict.Blame), Is.All.EqualTo(Blame.Host));
    }

    [Test]
    public void Silence_after_the_dot_is_uncertain_for_the_accepted_ones_only()
    {
        var result = Result(["250 ok", "550 5.1.1 unknown"]);
        result.Data = Reply("354 go");
        result.Failure = new UpstreamFailure(TransactionStage.Dot, UpstreamFailureKind.ConnectionLost);

        var verdicts = TransactionJudge.Judge(result, Context);

        Assert.That(verdicts.Select(verdict => verdict.Verdict.Outcome), Is.EqualTo([OutcomeKind.Uncertain, OutcomeKind.Rejected]));
    }

    [Test]
    public void Accepted_recipients_of_a_transaction_that_sent_nothing_wait_for_the_others()
    {
        var result = Result(["250 ok", "550 5.1.1 unknown"]);

        var verdicts = TransactionJudge.Judge(result, Context);

        Assert.That(verdicts[0].IsNotSent, Is.True);
    }

    private static TransactionResult Result(string?[] recipients)
    {
        var result = new TransactionResult(recipients.Length) { Mail = Reply("250 2.1.0 ok") };
        for (var index = 0; index < recipients.Length; index++)
        {
            result.Recipients[index] = recipients[index] is { } line ? Reply(line) : null;
        }

        return result;
    }

    private static SmtpReply Reply(string line) => SmtpReply.Parse(int.Parse(line[..3], null), line[4..]);
}
