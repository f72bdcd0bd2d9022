using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>A server that accepts connections and then says nothing: the next one takes the mail, in time for the client.</summary>
internal sealed class HangingServers : Scenario
{
    [Test]
    public async Task A_frozen_server_is_passed_over()
    {
        var frozen = await StartSmtpSinkAsync();
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(frozen.Address, other.Address));
        var load = new LoadClient(relay.Port, sessions: 2);
        await load.SendAsync(10);
        Assert.That(frozen.Count, Is.EqualTo(10));

        frozen.Freeze();
        try
        {
            await load.SendAsync(20);
        }
        finally
        {
            frozen.Thaw();
        }

        Assert.That(load.Refused, Is.Empty);
        Assert.That(other.Count, Is.EqualTo(20));
    }

    [TestCase("CONNECT")]
    [TestCase("EHLO")]
    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase("DATA")]
    public async Task A_server_that_hangs_at_a_command_is_passed_over(string command)
    {
        var hanging = await StartSmtpSinkAsync("-W", $"{command}:60");
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(hanging.Address, other.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("250 2.0.0 OK ").And.Contain(" via b: "));
        Assert.That((hanging.Count, other.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_server_that_never_answers_the_dot_may_have_the_message_so_that_no_other_gets_it()
    {
        var hanging = await StartSmtpSinkAsync("-W", ".:60");
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(hanging.Address, other.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("451 4.4.2 "));
        Assert.That(other.Count, Is.Zero);
    }

    private static RelayConfiguration Pair(string first, string second) =>
        new RelayConfiguration()
            .Strategy("Failover")
            .Upstream("a", first, new { CommandTimeout = "00:00:01", DotTimeout = "00:00:02" })
            .Upstream("b", second, new { Priority = 1 });
}
