using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>
/// A server that defers every recipient says something final to the DATA that follows (503, 554), or even to a dot. Such a reply is a
/// consequence, no verdict: the mail is deferred, and the connection is good for the next message.
/// </summary>
internal sealed class Greylisting : Scenario
{
    [TestCase("503 5.5.1 no valid recipients")]
    [TestCase("554 5.5.1 no valid recipients")]
    [TestCase("354 go ahead")]
    public async Task What_DATA_says_after_451_to_all_recipients_is_no_refusal(string replyToData)
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Rcpt).Reply("451 4.7.1 greylisted, come back later");
        upstream.On(Stage.Data).Reply(replyToData);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await SendToTwoAsync(client);

        Assert.That(reply, Does.StartWith("451 4.7.1 ").And.Contain("greylisted"));
        Assert.That(upstream.Accepted, Is.Empty);
        var counts = (await relay.GetUpstreamsAsync())["a"];
        Assert.That((counts.Delivered, counts.Rejected), Is.EqualTo((0L, 0L)));
    }

    [TestCase("451 4.2.0 not now")]
    [TestCase("550 5.1.1 no such user")]
    public async Task The_next_message_on_that_connection_is_not_harmed(string replyToRcpt)
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Rcpt).Reply(replyToRcpt).Times(2);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", upstream.Address, new { Connections = 1 }));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var refused = await SendToTwoAsync(client);
        var accepted = await client.SendMailAsync("second@example.com", "c@example.com");

        Assert.That(refused, Does.StartWith(replyToRcpt[..9]));
        Assert.That(accepted, Does.StartWith("250 2.0.0 OK "));
        var mail = upstream.Accepted.Single();
        Assert.That(mail.From, Does.Contain("second@example.com"));
        Assert.That(mail.Recipients, Has.Count.EqualTo(1).And.All.Contain("c@example.com"));
    }

    [Test]
    public async Task A_refusal_of_one_recipient_names_it_and_none_of_them_gets_the_message()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Rcpt).For("bad@example.com").Reply("550 5.1.1 no such user");
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await SendToTwoAsync(client, "good@example.com", "bad@example.com");

        Assert.That(reply, Does.StartWith("550 5.1.1 ").And.Contain("bad@example.com").And.Not.Contain("good@example.com"));
        Assert.That(upstream.Received, Is.Empty);
    }

    private static async Task<string> SendToTwoAsync(RawSmtpClient client, string first = "a@example.com", string second = "b@example.com")
    {
        await client.CommandAsync("MAIL FROM:<first@example.com>");
        await client.CommandAsync($"RCPT TO:<{first}>");
        await client.CommandAsync($"RCPT TO:<{second}>");
        await client.CommandAsync("DATA");
        return await client.CommandAsync(TestMessages.Small + ".");
    }
}
