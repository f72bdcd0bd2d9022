using Relay.Core.Configuration;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Forwarding;

/// <summary>Who is asked next, and who is not, when a server does not take a message.</summary>
public sealed class FailoverTests
{
    private PipelineFixture _relay = null!;

    [SetUp]
    public void SetUp() => _relay = PipelineFixture.Of("a", "b", "backup");

    [TearDown]
    public async Task TearDown() => await _relay.DisposeAsync();

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

    private (int A, int B, int Backup) Accepted() =>
        (_relay["a"].Accepted.Count, _relay["b"].Accepted.Count, _relay["backup"].Accepted.Count);
}
