using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests;

/// <summary>A whole message behind reception: who gets it, what the client hears, what is counted against whom.</summary>
public sealed class MessagePipelineTests
{
    private PipelineFixture _relay = null!;

    [SetUp]
    public void SetUp() => _relay = PipelineFixture.Of("a", "b", "backup");

    [TearDown]
    public async Task TearDown() => await _relay.DisposeAsync();

    [Test]
    public async Task A_message_is_delivered_once_and_the_client_hears_the_upstreams_words()
    {
        _relay["a"].On(Stage.Dot).Reply("250 2.0.0 queued as 4711");

        var reply = await _relay.SendAsync();

        Assert.That(reply, Does.Match("^250 2.0.0 OK [0-9A-Z]{26} via a: queued as 4711$"));
        Assert.That(Accepted(), Is.EqualTo((1, 0, 0)));
    }

    [TestCase(Stage.Greeting, "554 5.3.2 no service")]
    [TestCase(Stage.Greeting, "421 4.3.2 busy")]
    [TestCase(Stage.Mail, "451 4.5.0 later")]
    [TestCase(Stage.Mail, "530 5.7.0 authenticate")]
    [TestCase(Stage.Rcpt, "451 4.2.0 later")]
    [TestCase(Stage.Rcpt, "554 5.7.1 Relay access denied")]
    [TestCase(Stage.Data, "451 4.5.0 later")]
    [TestCase(Stage.Dot, "451 4.5.0 later")]
    [TestCase(Stage.Dot, "452 4.3.1 disk full")]
    [TestCase(Stage.Rcpt, "503 5.5.1 what")]
    [TestCase(Stage.Mail, "550 5.4.5 Daily user sending quota exceeded")]
    public async Task A_server_that_cannot_now_costs_the_client_nothing(Stage stage, string reply)
    {
        _relay["a"].On(stage).Reply(reply);

        Assert.That(await _relay.SendAsync(), Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((0, 1, 0)));
    }

    [TestCase(Stage.Connect)]
    [TestCase(Stage.Greeting)]
    [TestCase(Stage.Ehlo)]
    [TestCase(Stage.Mail)]
    [TestCase(Stage.Rcpt)]
    [TestCase(Stage.Data)]
    public async Task A_connection_lost_before_the_dot_costs_the_client_nothing(Stage stage)
    {
        _relay["a"].On(stage).Disconnect();

        Assert.That(await _relay.SendAsync(), Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((0, 1, 0)));
    }

    [TestCase(Stage.Mail, "550 5.1.8 bad sender")]
    [TestCase(Stage.Rcpt, "550 5.1.1 no such user")]
    [TestCase(Stage.Data, "554 5.5.1 no")]
    [TestCase(Stage.Dot, "554 5.6.0 malware")]
    public async Task A_refusal_is_final_and_reaches_the_client(Stage stage, string refusal)
    {
        _relay["a"].On(stage).Reply(refusal);

        var reply = await _relay.SendAsync();

        Assert.That(reply, Does.StartWith(refusal[..9]).And.EndsWith(refusal[10..]));
        Assert.That(Accepted(), Is.EqualTo((0, 0, 0)));
        Assert.That(_relay.Server("a").Health.State, Is.EqualTo(UpstreamState.Healthy));
    }

    [Test]
    public async Task With_TryNext_one_other_upstream_is_asked_before_a_refusal_is_final()
    {
        await using var relay = PipelineFixture.With(["a", "b", "c"], group => group with { Refused = RefusedHandling.TryNext });
        relay["a"].On(Stage.Rcpt).Reply("550 5.1.1 not here");
        relay["b"].On(Stage.Rcpt).Reply("550 5.1.1 nor here").Times(1);

        Assert.That(await relay.SendAsync(), Does.StartWith("550 5.1.1").And.EndsWith("nor here"));
        Assert.That(await relay.SendAsync(), Does.StartWith("250 "));
        Assert.That(relay["c"].ConnectionCount, Is.Zero);
    }

    [Test]
    public async Task A_delay_at_rcpt_is_asked_of_one_other_only()
    {
        _relay["a"].On(Stage.Rcpt).Reply("450 4.2.1 busy");
        _relay["b"].On(Stage.Rcpt).Reply("450 4.2.1 busy too");

        Assert.That(await _relay.SendAsync(), Does.StartWith("450 4.2.1").And.EndsWith("busy too"));
        Assert.That(_relay["backup"].ConnectionCount, Is.Zero);
    }

    [Test]
    public async Task An_unanswered_dot_is_not_sent_to_a_second_server()
    {
        _relay["a"].On(Stage.Dot).Disconnect();

        Assert.That(await _relay.SendAsync(), Does.StartWith("451 4.4.2"));
        Assert.That(_relay["b"].ConnectionCount, Is.Zero);
        Assert.That(_relay["a"].Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task All_recipients_or_none()
    {
        _relay["a"].On(Stage.Rcpt).For("bad@example.org").Reply("550 5.1.1 no such user");

        var reply = await _relay.SendAsync("good@example.org", "bad@example.org");

        Assert.That(reply, Does.StartWith("550 5.1.1").And.Contain("<bad@example.org>").And.Not.Contain("good"));
        Assert.That(_relay["a"].Received, Is.Empty);
        Assert.That(_relay["a"].Commands, Has.None.EqualTo("DATA"));
    }

    [Test]
    public async Task After_a_transaction_whose_recipients_were_all_refused_the_next_message_goes_well_on_the_same_connection()
    {
        _relay["a"].On(Stage.Rcpt).Reply("550 5.1.1 no such user").Times(1);

        Assert.That(await _relay.SendAsync(), Does.StartWith("550"));
        Assert.That(await _relay.SendAsync(), Does.StartWith("250"));
        Assert.That(_relay["a"].ConnectionCount, Is.EqualTo(1));
    }

    [TestCase("503 5.5.1 no valid recipients")]
    [TestCase("554 5.5.1 no valid recipients")]
    public async Task Greylisting_of_all_recipients_is_a_delay_whatever_the_server_says_to_data(string consequence)
    {
        await using var relay = PipelineFixture.Of("a");
        relay["a"].On(Stage.Rcpt).Reply("451 4.7.1 Greylisted");
        relay["a"].On(Stage.Data).Reply(consequence);

        Assert.That(await relay.SendAsync("one@example.org", "two@example.org"), Does.StartWith("451 4.7.1"));
        Assert.That(relay.Server("a").Pace.IsPaused, Is.False);
    }

    [Test]
    public async Task A_kept_connection_that_died_is_replaced_without_penalty()
    {
        await _relay.SendAsync();
        _relay["a"].On(Stage.Mail).Disconnect().Times(1);

        Assert.That(await _relay.SendAsync(), Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((2, 0, 0)));
        Assert.That(_relay.Server("a").Load.Failed, Is.Zero);
    }

    [Test]
    public async Task A_421_at_mail_on_a_kept_connection_is_no_penalty()
    {
        await _relay.SendAsync();
        _relay["a"].On(Stage.Mail).Reply("421 4.4.2 idle too long").ThenDisconnect().Times(1);

        Assert.That(await _relay.SendAsync(), Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((2, 0, 0)));
        Assert.That(_relay.Server("a").Load.Failed, Is.Zero);
    }

    [Test]
    public async Task An_upstreams_421_never_reaches_a_client()
    {
        await using var relay = PipelineFixture.Of("a");
        relay["a"].On(Stage.Dot).Reply("421 4.3.2 closing").ThenDisconnect();

        Assert.That(await relay.SendAsync(), Does.StartWith("451 "));
    }

    [Test]
    public async Task At_most_three_upstreams_see_one_message()
    {
        await using var relay = PipelineFixture.Of("a", "b", "c", "d", "e");
        foreach (var name in (string[])["b", "c", "d", "e"])
        {
            relay[name].On(Stage.Dot).Reply("451 4.5.0 poisoned");
        }

        relay["a"].On(Stage.Connect).Disconnect(); // could not be reached, so it does not count

        Assert.That(await relay.SendAsync(), Does.StartWith("451 4.5.0"));
        Assert.That((relay["d"].Received.Count, relay["e"].ConnectionCount), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task The_backup_gets_everything_while_no_primary_is_in_service_and_nothing_when_one_is_back()
    {
        foreach (var name in (string[])["a", "b"])
        {
            _relay[name].On(Stage.Connect).Disconnect();
        }

        for (var count = 0; count < 20; count++)
        {
            Assert.That(await _relay.SendAsync(), Does.StartWith("250 "));
        }

        Assert.That(Accepted(), Is.EqualTo((0, 0, 20)));
        Assert.That((_relay["a"].ConnectionCount, _relay["b"].ConnectionCount), Is.EqualTo((5, 5)), "then they were ejected");

        _relay["a"].ClearFaults();
        _relay.Time.Advance(TimeSpan.FromSeconds(30));
        await _relay.SendAsync();
        await _relay.SendAsync();
        Assert.That(Accepted(), Is.EqualTo((2, 0, 20)));
    }

    [Test]
    public async Task With_nobody_in_service_clients_are_answered_at_once()
    {
        await using var relay = PipelineFixture.Of("a");
        var held = relay["a"].On(Stage.Connect).Disconnect();
        for (var count = 0; count < 5; count++)
        {
            Assert.That(await relay.SendAsync(), Does.Match("^451 4.4.1 [0-9A-Z]{26} no upstream available$"));
        }

        relay["a"].ClearFaults();
        relay["a"].On(Stage.Greeting).Silence();
        var trial = relay.SendAsync(); // one makes the trial, and hangs
        await Until.TrueAsync(() => relay["a"].ConnectionCount == 6, "the trial");

        Assert.That(await relay.SendAsync(), Does.StartWith("451 4.4.1"));
        Assert.That(trial.IsCompleted, Is.False);
        await AdvanceUntilAsync(relay, trial);
        Assert.That(held.Reached.IsCompleted, Is.True);
    }

    [TestCase(Stage.Greeting)]
    [TestCase(Stage.Mail)]
    [TestCase(Stage.Data)]
    public async Task A_server_that_hangs_is_left_in_time_for_another(Stage stage)
    {
        var hang = _relay["a"].On(stage).Silence();
        var start = _relay.Time.GetUtcNow();

        var sending = _relay.SendAsync();
        await hang.Reached;
        await AdvanceUntilAsync(_relay, sending);

        Assert.That(await sending, Does.StartWith("250 "));
        Assert.That(_relay.Time.GetUtcNow() - start, Is.LessThan(_relay.Options.Delivery.InlineBudget));
    }

    [Test]
    public async Task Once_the_budget_is_spent_no_new_attempt_is_started()
    {
        await using var relay = PipelineFixture.With(
            ["a", "b"],
            upstream: options => options with { CommandTimeout = TimeSpan.FromSeconds(20) }
        );
        var hang = relay["a"].On(Stage.Mail).Silence();

        var sending = relay.SendAsync();
        await hang.Reached;
        await AdvanceUntilAsync(relay, sending);

        Assert.That(await sending, Does.StartWith("451 4.4.1"));
        Assert.That(relay["b"].ConnectionCount, Is.Zero);
    }

    [Test]
    public async Task A_dot_that_is_out_is_waited_for_beyond_the_budget()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();

        var sending = _relay.SendAsync();
        await hold.Reached;
        _relay.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(sending.IsCompleted, Is.False);
        hold.Release();

        Assert.That(await sending, Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task A_client_that_leaves_before_the_dot_has_not_handed_the_message_over()
    {
        var hold = _relay["a"].On(Stage.Data).Hold();
        using var client = new CancellationTokenSource();

        var accepting = _relay.Pipeline.AcceptAsync(_relay.Message(), client.Token).AsTask();
        await hold.Reached;
        await client.CancelAsync();
        await accepting;
        hold.Release();

        Assert.That((_relay["a"].Received.Count, _relay["b"].ConnectionCount), Is.EqualTo((0, 0)));
        Assert.That(_relay.Server("a").Load.Failed, Is.Zero);
    }

    [Test]
    public async Task A_client_that_leaves_after_the_dot_changes_nothing()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();
        using var client = new CancellationTokenSource();

        var accepting = _relay.Pipeline.AcceptAsync(_relay.Message(), client.Token).AsTask();
        await hold.Reached;
        await client.CancelAsync();
        hold.Release();

        Assert.That((await accepting).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task When_patience_ends_what_has_not_sent_its_dot_is_dropped_and_answered()
    {
        var hold = _relay["a"].On(Stage.Data).Hold();

        var sending = _relay.SendAsync();
        await hold.Reached;
        _relay.GiveUp.GiveUp();

        Assert.That(await sending, Does.StartWith("451 4.4.1"));
        hold.Release();
        Assert.That((_relay["a"].Received.Count, _relay["b"].ConnectionCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task When_patience_ends_a_dot_that_is_out_is_answered_as_unconfirmed()
    {
        var hold = _relay["a"].On(Stage.Dot).Hold();

        var sending = _relay.SendAsync();
        await hold.Reached;
        _relay.GiveUp.GiveUp();

        Assert.That(await sending, Does.StartWith("451 4.4.2"));
        hold.Release();
    }

    [Test]
    public async Task Every_reference_on_the_body_and_every_slot_is_given_back()
    {
        _relay["a"].On(Stage.Dot).Disconnect().Times(1);
        _relay["a"].On(Stage.Rcpt).Reply("451 4.2.0 later").Times(1);
        for (var count = 0; count < 4; count++)
        {
            var message = _relay.Message();
            await _relay.Pipeline.AcceptAsync(message, CancellationToken.None);
            message.Body.Release(); // the last one, or it throws
            Assert.That(message.Body.AddReference, Throws.TypeOf<ObjectDisposedException>());
        }

        Assert.That(_relay.Server("a").Load.InFlight + _relay.Server("b").Load.InFlight, Is.Zero);
    }

    [Test]
    public async Task A_message_that_no_member_can_carry_is_refused_only_when_all_are_known_to_be_incapable()
    {
        await using var relay = PipelineFixture.Of("a", "b");
        relay["a"].Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING"] };
        relay["b"].On(Stage.Connect).Disconnect();

        Assert.That(await SendEightBitAsync(relay), Does.StartWith("451 4.4.1"), "b was never asked, it might");

        relay["b"].ClearFaults();
        relay["b"].Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING"] };
        await SendEightBitAsync(relay);
        Assert.That(await SendEightBitAsync(relay), Does.StartWith("554 5.6.3"));
    }

    [Test]
    public async Task A_message_goes_to_a_server_that_can_carry_it()
    {
        _relay["a"].Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING"] };

        Assert.That(await SendEightBitAsync(_relay), Does.StartWith("250 "));
        Assert.That(await SendEightBitAsync(_relay), Does.StartWith("250 "));
        Assert.That(Accepted(), Is.EqualTo((0, 2, 0)));
        Assert.That(_relay["a"].ConnectionCount, Is.EqualTo(1), "its EHLO was seen");
    }

    [Test]
    public async Task Refused_credentials_take_a_server_out_of_use_at_once()
    {
        await using var relay = PipelineFixture.With(
            ["a", "b"],
            upstream: options => options with { UserName = "user", Password = "wrong", Tls = UpstreamTls.None }
        );
        relay["a"].Options = new ScriptedUpstreamOptions { UserName = "user", Password = "right" };
        relay["b"].Options = new ScriptedUpstreamOptions { UserName = "user", Password = "wrong" };

        await relay.SendAsync();
        await relay.SendAsync();

        Assert.That(relay["a"].Logins, Has.Count.EqualTo(1), "no login storm");
        Assert.That(relay.Server("a").Health.IsTrustProblem, Is.True);
        Assert.That(relay["b"].Accepted, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Recipients_of_another_group_or_beyond_the_servers_limit_wait_for_a_message_of_their_own()
    {
        await using var relay = PipelineFixture.With(["a"], upstream: options => options with { RecipientsPerMessage = 2 });
        var message = relay.Message("one@example.org", "two@example.org", "three@example.org");
        var recipients = message.Envelope.Recipients;

        SmtpReply? Check(int accepted) =>
            relay.Pipeline.CheckRecipient(message.Origin, message.Envelope.Sender, [.. recipients.Take(accepted)], recipients[accepted]);

        Assert.That((Check(0), Check(1)), Is.EqualTo(((SmtpReply?)null, (SmtpReply?)null)));
        Assert.That(Check(2)?.ToString(), Does.StartWith("452 4.5.3"));
    }

    [Test]
    public async Task The_limit_on_recipients_is_learned_from_a_server_that_stops_early()
    {
        await using var relay = PipelineFixture.Of("a");
        relay["a"].On(Stage.Rcpt).For("three@example.org").Reply("452 4.5.3 too many");

        var reply = await relay.SendAsync("one@example.org", "two@example.org", "three@example.org");

        Assert.That(reply, Does.StartWith("452 4.5.3"));
        Assert.That(relay["a"].Received, Is.Empty, "all or nothing");
        Assert.That(relay.Server("a").RecipientLimit, Is.EqualTo(2));
    }

    private (int A, int B, int Backup) Accepted() =>
        (_relay["a"].Accepted.Count, _relay["b"].Accepted.Count, _relay["backup"].Accepted.Count);

    private static async Task<string> SendEightBitAsync(PipelineFixture relay)
    {
        var message = Some.Message(time: relay.Time, change: envelope => envelope with { Body = BodyType.EightBitMime });
        return (await relay.Pipeline.AcceptAsync(message, CancellationToken.None)).ToString();
    }

    private static async Task AdvanceUntilAsync(PipelineFixture relay, Task end)
    {
        await Until.TrueAsync(
            () =>
            {
                if (!end.IsCompleted)
                {
                    relay.Time.Advance(TimeSpan.FromSeconds(1));
                }

                return end.IsCompleted;
            },
            "the end, on a clock that runs"
        );
    }
}
