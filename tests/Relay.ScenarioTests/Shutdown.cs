using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>SIGTERM: idle sessions are sent away at once, running transactions finish, and the process ends in order.</summary>
internal sealed class Shutdown : Scenario
{
    [Test]
    public async Task Idle_sessions_get_421_and_the_exit_code_is_0()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var fresh = await RawSmtpClient.OpenAsync(relay.Port);
        await using var used = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await used.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250"));

        relay.BeginTerminate();

        Assert.That(await fresh.ReadReplyAsync(TimeSpan.FromSeconds(5)), Does.StartWith("421 4.3.2 "));
        Assert.That(await used.ReadReplyAsync(TimeSpan.FromSeconds(5)), Does.StartWith("421 4.3.2 "));
        Assert.That(await fresh.IsClosedByServerAsync(TimeSpan.FromSeconds(5)), Is.True);
        Assert.That(await relay.WaitForExitAsync(TimeSpan.FromSeconds(10)), Is.Zero);
        Assert.That(sink.Connections, Is.Zero);
    }

    [Test]
    public async Task A_running_transaction_finishes_with_250_and_then_the_session_ends()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        sink.Hold();
        var sending = client.SendMailAsync("a@example.com", "b@example.com");
        await Until.TrueAsync(() => sink.Waiting == 1, "the dot is out");

        relay.BeginTerminate();
        await Until.TrueAsync(() => !LocalPort.IsListening(relay.Port), "no new connection is taken");
        sink.Release();

        Assert.That(await sending, Does.StartWith("250 2.0.0 OK "));
        Assert.That(await client.ReadReplyAsync(TimeSpan.FromSeconds(5)), Does.StartWith("421 4.3.2 "));
        Assert.That(await relay.WaitForExitAsync(TimeSpan.FromSeconds(10)), Is.Zero);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_that_is_being_received_may_finish()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await client.CommandAsync("MAIL FROM:<a@example.com>");
        await client.CommandAsync("RCPT TO:<b@example.com>");
        await client.CommandAsync("DATA");
        await client.SendAsync("Subject: slow\r\n\r\nfirst half\r\n");

        relay.BeginTerminate();
        await Until.TrueAsync(() => !LocalPort.IsListening(relay.Port), "no new connection is taken");
        var reply = await client.CommandAsync("second half\r\n.");

        Assert.That(reply, Does.StartWith("250 2.0.0 OK "));
        Assert.That(await relay.WaitForExitAsync(TimeSpan.FromSeconds(10)), Is.Zero);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_dot_that_is_never_answered_holds_the_end_up_for_25_seconds_at_most()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        sink.Hold();
        var sending = client.SendMailAsync("a@example.com", "b@example.com");
        await Until.TrueAsync(() => sink.Waiting == 1, "the dot is out");

        var exitCode = await relay.TerminateAsync(TimeSpan.FromSeconds(30)); // Orchestrators kill at 30.

        Assert.That(exitCode, Is.Zero);
        Assert.That(await sending, Does.StartWith("451 4.4.2 "));
    }
}
