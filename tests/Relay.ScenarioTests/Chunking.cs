using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>Messages by BDAT, through Relay to servers that take DATA and no dot more or less.</summary>
internal sealed class Chunking : Scenario
{
    // What a server would take for the end of the message and for commands, if it came as it is by DATA.
    private const string Content =
        "Subject: x\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<evil@example.com>\r\nDATA\r\n..\r\nno end of line";

    [TestCase("Native")]
    [TestCase("MailKit")]
    public async Task A_message_in_chunks_is_one_message_wherever_it_is_cut(string client)
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address, new { Client = client }));
        await using var sender = await RawSmtpClient.OpenAsync(relay.Port);
        for (var cut = 0; cut <= Content.Length; cut++)
        {
            await sender.SendAsync(
                "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"
                    + $"BDAT {cut}\r\n{Content[..cut]}BDAT {Content.Length - cut} LAST\r\n{Content[cut..]}"
            );
            for (var reply = 0; reply < 4; reply++)
            {
                Assert.That(await sender.ReadReplyAsync(), Does.StartWith("250 "), $"cut at {cut}");
            }
        }

        Assert.That(sink.Count, Is.EqualTo(Content.Length + 1));
        Assert.That(sink.Messages.Select(message => message.Content), Is.All.EndsWith("\r\n" + Content + "\r\n"));
    }
}
