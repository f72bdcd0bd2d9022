using Relay.Core.Telemetry.Trail;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Telemetry.Trail;

internal sealed class MessageIdFieldTests
{
    [TestCase("Subject: x\r\nMessage-ID: <a@b>\r\n\r\nbody", "a@b")]
    [TestCase("message-id:<a@b>\r\n\r\n", "a@b")]
    [TestCase("MESSAGE-ID:\r\n <a@b>\r\n\r\n", "a@b", TestName = "The value may be on the next line")]
    [TestCase("Subject: x\r\n\r\nMessage-ID: <a@b>\r\n", null, TestName = "The body is not looked at")]
    [TestCase("X-Message-ID: <a@b>\r\n\r\n", null)]
    [TestCase("Message-ID:\r\n\r\n", null)]
    [TestCase("Message-ID: <never ends", null)]
    [TestCase("", null)]
    public void It_is_read_from_the_header(string text, string? expected)
    {
        var message = Some.Message(text: text);

        Assert.That(MessageIdField.Read(message.Body), Is.EqualTo(expected));
    }

    [Test]
    public void A_long_header_is_followed_into_its_next_block_and_a_long_id_is_cut()
    {
        var filler = string.Concat(Enumerable.Repeat("X-Filler: 0123456789012345678901234567890123456789\r\n", 400));
        var message = Some.Message(text: $"{filler}Message-ID: <{new string('i', 500)}@b>\r\n\r\n");

        Assert.That(MessageIdField.Read(message.Body), Is.EqualTo(new string('i', 250)));
    }
}
