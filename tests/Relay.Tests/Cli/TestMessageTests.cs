using System.Text;
using MimeKit;
using Relay.Cli.Sending;

namespace Relay.Tests.Cli;

public sealed class TestMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.FromHours(1));

    private static readonly TestMessage Message = new()
    {
        From = "a@example.com",
        To = ["b@example.net", "c@example.net"],
        Subject = "Grüße",
    };

    [Test]
    public void It_says_what_it_is()
    {
        var message = Parse(Message.Compose(3, 20, Now));

        Assert.That(message.Subject, Is.EqualTo("Grüße (3 of 20)"));
        Assert.That(message.From.ToString(), Is.EqualTo("a@example.com"));
        Assert.That(message.To.Select(static address => address.ToString()), Is.EqualTo(Message.To));
        Assert.That(message.Date, Is.EqualTo(Now));
        Assert.That(message.MessageId, Is.Not.Empty);
        Assert.That(
            message.TextBody,
            Is.EqualTo("This is test message 3 of 20, sent by \"relay send\".\r\n")
                .Or.EqualTo("This is test message 3 of 20, sent by \"relay send\".\n")
        );
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(100_000)]
    public void It_is_filled_up_with_whole_lines(int size)
    {
        var message = new TestMessage
        {
            From = "",
            To = Message.To,
            Subject = "x",
            Size = size,
        };

        var text = Encoding.ASCII.GetString(message.Compose(1, 1, Now));

        Assert.That(text, Has.Length.InRange(size, size + 1).And.EndsWith("\r\n"));
        Assert.That(text.Split("\r\n"), Has.All.Length.LessThanOrEqualTo(998));
        Assert.That(text.Replace("\r\n", "", StringComparison.Ordinal), Does.Not.Contain('\r').And.Not.Contain('\n'));
    }

    [TestCase("a: b\n\nx", "a: b\r\n\r\nx\r\n")]
    [TestCase("a: b\r\n\r\nx\r\n", "a: b\r\n\r\nx\r\n")]
    [TestCase("\nx\n", "\r\nx\r\n")]
    [TestCase("", "\r\n")]
    public void A_file_gets_the_line_ends_of_the_wire(string file, string wire) =>
        Assert.That(Encoding.ASCII.GetString(TestMessage.WithLineEnds(Encoding.ASCII.GetBytes(file))), Is.EqualTo(wire));

    private static MimeMessage Parse(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return MimeMessage.Load(stream);
    }
}
