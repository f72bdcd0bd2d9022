using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>SMTP smuggling: what one server takes for the end of a message and another does not. Nothing ambiguous is sent on.</summary>
internal sealed class BareNewlines : Scenario
{
    private static readonly string[] Ambiguous =
    [
        "Subject: x\r\n\r\na bare\nnewline\r\n",
        "Subject: x\r\n\r\na bare\rreturn\r\n",
        "Subject: x\r\n\r\n\n.\nMAIL FROM:<evil@example.com>\r\n",
        "Subject: x\r\n\r\nbody\n.\r\nMAIL FROM:<evil@example.com>\r\n",
        "Subject: x\r\n\r\nbody\r.\r\nMAIL FROM:<evil@example.com>\r\n",
        "Subject: x\r\n\r\nbody\r\n.\nMAIL FROM:<evil@example.com>\r\n",
        "Subject: x\r\n\r\nbody\r\n.\rMAIL FROM:<evil@example.com>\r\n",
    ];

    [TestCaseSource(nameof(Ambiguous))]
    public async Task Are_refused_after_the_end_of_data(string content)
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("from@example.com", "to@example.com", content);

        Assert.That(reply, Does.StartWith("554 5.6.11 "));
        Assert.That(sink.Count, Is.Zero);
        Assert.That(await client.SendMailAsync("from@example.com", "to@example.com"), Does.StartWith("250"), "the session goes on");
    }

    [Test]
    public async Task Are_made_CRLF_where_so_configured()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Set("BareNewlines", "Normalize").Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("from@example.com", "to@example.com", "Subject: x\n\none\ntwo\rthree\r\n");

        Assert.That(reply, Does.StartWith("250"));
        Assert.That(sink.Messages.Single().Content, Does.EndWith("\r\nSubject: x\r\n\r\none\r\ntwo\r\nthree\r\n"));
    }
}
