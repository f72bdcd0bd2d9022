using Relay.Core.Configuration;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Pace;
using static Relay.Core.Forwarding.NextStep;
using static Relay.Core.Messages.OutcomeKind;
using static Relay.Core.Upstreams.Connections.TransactionStage;
using static Relay.Core.Upstreams.Connections.UpstreamFailureKind;

namespace Relay.Tests.Forwarding;

/// <summary>The table of docs/failover-and-retries.md, row by row.</summary>
public sealed class ReplyClassifierTests
{
    private static readonly ReplyContext Fresh = new(IsReused: false, RefusedHandling.Final);
    private static readonly ReplyContext Reused = new(IsReused: true, RefusedHandling.Final);
    private static readonly ReplyContext AskAnother = new(IsReused: false, RefusedHandling.TryNext);

    [TestCase(ConnectFailed)]
    [TestCase(UpstreamFailureKind.TimedOut)]
    [TestCase(TlsFailed)]
    [TestCase(ConnectionLost)]
    public void Connect_failures_are_the_hosts(object kind) => Expect(Failed(Connect, kind), Deferred, TryAnother, Blame.Host);

    [TestCase("421 busy")]
    [TestCase("450 later")]
    [TestCase("554 5.3.2 no")]
    [TestCase("554 no SMTP service here")]
    [TestCase("550 5.7.1 blocked")]
    public void Greeting_and_ehlo_of_any_kind_never_bounce(string reply)
    {
        Expect(Replied(Greeting, reply), Deferred, TryAnother, Blame.Host);
        Expect(Replied(Ehlo, reply), Deferred, TryAnother, Blame.Host);
    }

    [Test]
    public void Garbage_at_the_greeting_is_the_hosts() => Expect(Failed(Greeting, Garbage), Deferred, TryAnother, Blame.Host);

    [Test]
    public void Missing_or_failed_starttls_defers_with_an_alarm()
    {
        Expect(Failed(StartTls, TlsNotOffered), Deferred, TryAnother, Blame.HostAlarm);
        Expect(Failed(StartTls, TlsFailed), Deferred, TryAnother, Blame.HostAlarm);
        Expect(Replied(StartTls, "454 4.7.0 TLS not available"), Deferred, TryAnother, Blame.HostAlarm);
    }

    [TestCase("530 5.7.0 must authenticate")]
    [TestCase("535 5.7.8 authentication failed")]
    [TestCase("504 5.5.4 mechanism")]
    public void Refused_credentials_are_a_matter_of_trust(string reply) =>
        Expect(Replied(Auth, reply), Deferred, TryAnother, Blame.Credentials);

    [Test]
    public void Auth_not_offered_is_a_matter_of_trust() => Expect(Failed(Auth, AuthNotOffered), Deferred, TryAnother, Blame.Credentials);

    [TestCase(StartTls)]
    [TestCase(Connect)]
    public void A_certificate_that_is_not_trusted_puts_the_server_out_of_use_at_once(object stage) =>
        Expect(Failed((TransactionStage)stage, CertificateNotTrusted), Deferred, TryAnother, Blame.Certificate);

    [TestCase("421 4.7.0 too many logins")]
    [TestCase("432 4.7.12 password transition")]
    [TestCase("454 4.7.0 temporary authentication failure")]
    public void Login_throttles_slow_logins_and_not_mail(string reply) => Expect(Replied(Auth, reply), Deferred, TryAnother, Blame.Logins);

    [TestCase("421 4.7.0 Too many concurrent SMTP connections")]
    [TestCase("432 4.3.2 Concurrent connections limit exceeded")]
    public void A_greeting_that_asks_for_less_minds_the_connections(string reply) =>
        Expect(Replied(Greeting, reply), Deferred, TryAnother, Blame.Logins);

    [Test]
    public void A_quota_that_is_used_up_before_any_mail_is_named_is_pace() =>
        Expect(Replied(Auth, "550 5.4.5 Daily quota exceeded"), Deferred, TryAnother, Blame.Pace);

    [Test]
    public void Patterns_of_the_upstream_decide_first()
    {
        var context = Fresh with
        {
            Patterns = ReplyPatterns.Of([
                new ThrottlePatternOptions { Match = "^550 5\\.7\\.9" },
                new ThrottlePatternOptions { Match = "^451 4\\.7\\.1", Meaning = ThrottleMeaning.Message },
                new ThrottlePatternOptions { Match = "^452 .*sessions", Meaning = ThrottleMeaning.LoginThrottle },
            ]),
        };

        Expect(At(Dot, "550 5.7.9 enough", context), Deferred, TryAnother, Blame.Pace);
        Expect(At(Mail, "451 4.7.1 not now", context), Deferred, TryAnother, Blame.Message);
        Expect(At(Mail, "452 4.5.0 too many sessions", context), Deferred, TryAnother, Blame.Logins);
    }

    [TestCase("432 4.3.2 Concurrent connections limit exceeded")]
    [TestCase("421 4.7.0 Try again later")]
    [TestCase("450 4.7.1 rate limited")]
    [TestCase("451 4.7.650 too much mail")]
    [TestCase("454 Throttling failure: Maximum sending rate exceeded.")]
    [TestCase("550 5.4.5 Daily user sending quota exceeded")]
    [TestCase("554 5.2.0 STOREDRV; SubmissionQuotaExceededException")]
    public void Throttle_and_quota_words_are_pace_at_every_stage_and_never_bounce(string reply)
    {
        foreach (var stage in (TransactionStage[])[Mail, Rcpt, Data, Dot])
        {
            Expect(At(stage, reply, Fresh), Deferred, TryAnother, Blame.Pace);
        }
    }

    [TestCase("451 4.7.1 Greylisting in action, please come back later")]
    [TestCase("450 4.7.1 <a@b>: Recipient address rejected: Greylisted")]
    public void Greylisting_is_about_the_message(string reply) => Expect(At(Rcpt, reply, Fresh), Deferred, TryOneOther, Blame.Message);

    [Test]
    public void A_mailbox_problem_under_5_2_0_is_what_it_says() =>
        Expect(At(Dot, "554 5.2.0 mailbox broken", Fresh), Rejected, Stop, Blame.Message);

    [TestCase("530 5.7.0 Authentication required")]
    [TestCase("535 5.7.8 bad credentials")]
    [TestCase("538 5.7.11 encryption required")]
    [TestCase("554 5.7.1 <a@b>: Relay access denied")]
    [TestCase("550 5.7.1 Unable to relay for a@b")]
    [TestCase("550 relaying denied")]
    [TestCase("554 5.7.1 Client host [1.2.3.4] blocked using zen")]
    [TestCase("550 5.7.0 your account has been suspended")]
    [TestCase("451 4.3.0 queue file write error")]
    [TestCase("452 4.3.1 insufficient system storage")]
    [TestCase("554 5.3.5 misconfigured")]
    public void Words_about_the_relay_or_the_server_defer_with_an_alarm(string reply)
    {
        foreach (var stage in (TransactionStage[])[Mail, Rcpt, Data, Dot])
        {
            Expect(At(stage, reply, Fresh), Deferred, TryAnother, Blame.HostAlarm);
        }
    }

    [Test]
    public void A_message_that_is_too_big_is_the_messages_fault() =>
        Expect(At(Mail, "552 5.3.4 message too big", Fresh), Rejected, Stop, Blame.Message);

    [TestCase(Mail, "450 4.1.8 sender domain not found")]
    [TestCase(Data, "451 4.5.0 try later")]
    [TestCase(Dot, "451 4.6.0 cannot scan now")]
    public void Delays_at_mail_data_and_dot_ask_another(object stage, string reply) =>
        Expect(At((TransactionStage)stage, reply, Fresh), Deferred, TryAnother, Blame.Message);

    [Test]
    public void A_delay_at_rcpt_asks_one_other() => Expect(At(Rcpt, "450 4.2.1 mailbox busy", Fresh), Deferred, TryOneOther, Blame.Message);

    [TestCase(Mail, "550 5.1.8 bad sender")]
    [TestCase(Rcpt, "550 5.1.1 no such user")]
    [TestCase(Data, "554 5.5.1 no")]
    [TestCase(Dot, "554 5.6.0 malware")]
    public void Refusals_are_final_or_ask_one_other_as_the_group_says(object stage, string reply)
    {
        Expect(At((TransactionStage)stage, reply, Fresh), Rejected, Stop, Blame.Message);
        Expect(At((TransactionStage)stage, reply, AskAnother), Rejected, TryOneOther, Blame.Message);
    }

    [TestCase("452 4.5.3 too many recipients")]
    [TestCase("452 too many recipients")]
    public void Too_many_recipients_after_accepted_ones_go_in_a_further_transaction(string reply) =>
        Expect(At(Rcpt, reply, Fresh with { FollowsAccepted = true }), Deferred, FurtherTransaction, Blame.None);

    [Test]
    public void Too_many_recipients_at_the_first_one_is_a_plain_delay() =>
        Expect(At(Rcpt, "452 4.5.3 too many recipients", Fresh), Deferred, TryOneOther, Blame.Message);

    [TestCase(Mail)]
    [TestCase(Rcpt)]
    [TestCase(Data)]
    [TestCase(Body)]
    public void Broken_off_before_the_dot_is_tried_once_more_on_a_fresh_connection_if_it_was_a_kept_one(object stage)
    {
        foreach (var kind in (UpstreamFailureKind[])[ConnectionLost, UpstreamFailureKind.TimedOut, Garbage])
        {
            Expect(
                ReplyClassifier.Classify(new UpstreamFailure((TransactionStage)stage, kind), Reused),
                Deferred,
                RetryOnFresh,
                Blame.None
            );
            Expect(ReplyClassifier.Classify(new UpstreamFailure((TransactionStage)stage, kind), Fresh), Deferred, TryAnother, Blame.Host);
        }
    }

    [TestCase("500 5.5.2 what")]
    [TestCase("502 5.5.1 what")]
    [TestCase("503 5.5.1 bad sequence")]
    [TestCase("354 go on")]
    public void Replies_that_are_no_verdict_count_as_lost_step(string reply)
    {
        Expect(At(Rcpt, reply, Fresh), Deferred, TryAnother, Blame.Host);
        Expect(At(Rcpt, reply, Reused), Deferred, RetryOnFresh, Blame.None);
    }

    [TestCase(ConnectionLost)]
    [TestCase(UpstreamFailureKind.TimedOut)]
    [TestCase(Garbage)]
    public void No_reply_to_the_dot_is_uncertain_and_nobody_else_is_asked(object kind)
    {
        Expect(ReplyClassifier.Classify(new UpstreamFailure(Dot, (UpstreamFailureKind)kind), Fresh), Uncertain, Stop, Blame.None);
        Expect(ReplyClassifier.Classify(new UpstreamFailure(Dot, (UpstreamFailureKind)kind), Reused), Uncertain, Stop, Blame.None);
    }

    [TestCase("354 go on")]
    [TestCase("199 what")]
    public void A_reply_to_the_dot_that_is_neither_yes_nor_no_is_uncertain(string reply)
    {
        Expect(At(Dot, reply, Fresh), Uncertain, Stop, Blame.None);
        Expect(Replied(Dot, reply), Uncertain, Stop, Blame.None);
    }

    [Test]
    public void A_421_to_the_dot_is_a_definite_no() => Expect(Replied(Dot, "421 closing"), Deferred, TryAnother, Blame.Host);

    [Test]
    public void A_421_at_mail_on_a_kept_connection_is_no_penalty()
    {
        Expect(ReplyClassifier.Classify(Mail, Reply("421 4.4.2 idle too long"), Reused), Deferred, RetryOnFresh, Blame.None);
        Expect(At(Mail, "421 4.3.2 shutting down", Fresh), Deferred, TryAnother, Blame.HostAlarm);
        Expect(At(Mail, "421 bye", Fresh), Deferred, TryAnother, Blame.Host);
        Expect(At(Rcpt, "421 bye", Reused), Deferred, TryAnother, Blame.Host);
    }

    [Test]
    public void What_relay_gave_up_itself_is_nobodys_fault() =>
        Expect(Failed(Mail, UpstreamFailureKind.Cancelled), Deferred, Stop, Blame.Nobody);

    private static Verdict At(TransactionStage stage, string reply, ReplyContext context) =>
        ReplyClassifier.Classify(stage, Reply(reply), context);

    private static Verdict Failed(TransactionStage stage, object kind) =>
        ReplyClassifier.Classify(new UpstreamFailure(stage, (UpstreamFailureKind)kind), Fresh);

    private static Verdict Replied(TransactionStage stage, string reply) =>
        ReplyClassifier.Classify(new UpstreamFailure(stage, UpstreamFailureKind.Reply, Reply(reply)), Fresh);

    private static SmtpReply Reply(string line) => SmtpReply.Parse(int.Parse(line[..3], null), line[4..]);

    private static void Expect(Verdict verdict, OutcomeKind outcome, NextStep next, Blame blame) =>
        Assert.That(verdict, Is.EqualTo(new Verdict(outcome, next, blame)));
}
