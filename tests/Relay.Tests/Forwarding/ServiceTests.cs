using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Forwarding;

/// <summary>Servers that are out of service, come back, or cannot carry a message.</summary>
public sealed class ServiceTests
{
    private PipelineFixture _relay = null!;

    [SetUp]
    public void SetUp() => _relay = PipelineFixture.Of("a", "b", "backup");

    [TearDown]
    public async Task TearDown() => await _relay.DisposeAsync();

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

    private (int A, int B, int Backup) Accepted() =>
        (_relay["a"].Accepted.Count, _relay["b"].Accepted.Count, _relay["backup"].Accepted.Count);

    private static async Task<string> SendEightBitAsync(PipelineFixture relay)
    {
        var message = Some.Message(time: relay.Time, change: envelope => envelope with { Body = BodyType.EightBitMime });
        return (await relay.Pipeline.AcceptAsync(message, CancellationToken.None)).ToString();
    }

    private static Task AdvanceUntilAsync(PipelineFixture relay, Task end) =>
        Until.TrueByStepsAsync(() => end.IsCompleted, () => relay.Time.Advance(TimeSpan.FromSeconds(1)), "the end, on a clock that runs");
}
