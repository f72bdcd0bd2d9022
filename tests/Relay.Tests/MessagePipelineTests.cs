using Relay.Core.Messages;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests;

/// <summary>A whole message behind reception: who gets it, what the client hears.</summary>
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
}
