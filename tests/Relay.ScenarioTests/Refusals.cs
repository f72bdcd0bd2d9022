using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>What servers refuse reaches the client as they said it, unless another server can help or the reply was about the server itself.</summary>
internal sealed class Refusals : Scenario
{
    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase("DATA")]
    [TestCase(".")]
    public async Task A_final_refusal_reaches_the_client_and_asks_no_other_server(string command)
    {
        var refusing = await StartSmtpSinkAsync("-B", "550 5.1.1 no such user here", "-f", command);
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(refusing.Address, other.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "nobody@example.com");

        Assert.That(reply, Does.StartWith("550 5.1.1 ").And.Contain("no such user here"));
        Assert.That(other.Count, Is.Zero);
    }

    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase("DATA")]
    [TestCase(".")]
    public async Task A_temporary_refusal_is_another_servers_chance(string command)
    {
        var busy = await StartSmtpSinkAsync("-b", "451 4.2.0 not now", "-r", command);
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(busy.Address, other.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("250 2.0.0 OK ").And.Contain(" via b: "));
        Assert.That(other.Count, Is.EqualTo(1));
        Assert.That((await relay.GetUpstreamsAsync())["a"].Failed, Is.Zero, "the message was refused, the server is well");
    }

    [Test]
    public async Task A_reply_about_the_server_itself_is_another_servers_chance_and_raises_an_alarm()
    {
        var refusing = await StartSmtpSinkAsync("-B", "550 5.7.1 relay access denied", "-f", "RCPT");
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(refusing.Address, other.Address));
        relay.ExpectLogged("objects to this relay");
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("250 2.0.0 OK ").And.Contain(" via b: "));
        await relay.LoggedAsync("objects to this relay: 550 5.7.1 relay access denied");
    }

    [Test]
    public async Task A_refused_greeting_is_never_the_clients_fault()
    {
        var refusing = await StartSmtpSinkAsync("-B", "554 5.7.1 go away", "-f", "CONNECT");
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", refusing.Address));
        relay.ExpectLogged("objects to this relay");
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("451 4."));
    }

    [TestCase("CONNECT")]
    [TestCase("EHLO")]
    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase("DATA")]
    public async Task A_server_that_closes_with_421_is_passed_over_and_its_421_never_seen(string command)
    {
        var closing = await StartSmtpSinkAsync("-Q", command);
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(closing.Address, other.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        for (var message = 0; message < 3; message++)
        {
            var reply = await client.SendMailAsync("a@example.com", "b@example.com");
            Assert.That(reply, Does.StartWith("250 2.0.0 OK ").And.Contain(" via b: "));
        }

        Assert.That((closing.Count, other.Count), Is.EqualTo((0, 3)));
    }

    [TestCase("CONNECT")]
    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase(".")]
    public async Task A_421_of_the_only_server_is_451_for_the_client_and_its_session_goes_on(string command)
    {
        var closing = await StartSmtpSinkAsync("-Q", command);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", closing.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("451 4."));
        Assert.That(await client.CommandAsync("NOOP"), Does.StartWith("250 "));
    }

    [TestCase("CONNECT")]
    [TestCase("EHLO")]
    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase("DATA")]
    public async Task A_server_that_hangs_up_is_passed_over(string command)
    {
        var leaving = await StartSmtpSinkAsync("-q", command);
        var other = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Pair(leaving.Address, other.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("250 2.0.0 OK ").And.Contain(" via b: "));
        Assert.That((leaving.Count, other.Count), Is.EqualTo((0, 1)));
    }

    private static RelayConfiguration Pair(string first, string second) =>
        new RelayConfiguration().Strategy("Failover").Upstream("a", first).Upstream("b", second, new { Priority = 1 });
}
