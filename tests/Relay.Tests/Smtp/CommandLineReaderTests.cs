using System.Buffers;
using System.Text;
using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

internal sealed class CommandLineReaderTests
{
    [Test]
    public void Lines_end_at_CRLF_wherever_segments_end()
    {
        var lines = new CommandLineReader();
        var buffer = Sequences.ByteByByte("NOOP\r\nRSET\r\nQU"u8.ToArray());

        Assert.That(lines.Read(ref buffer, out var first), Is.EqualTo(CommandLineStatus.Whole));
        Assert.That(lines.Read(ref buffer, out var second), Is.EqualTo(CommandLineStatus.Whole));
        Assert.That(lines.Read(ref buffer, out _), Is.EqualTo(CommandLineStatus.Incomplete));

        Assert.That((Text(first), Text(second), Text(buffer)), Is.EqualTo(("NOOP", "RSET", "QU")));
    }

    [Test]
    public void A_line_may_be_as_long_as_the_limit_and_no_longer()
    {
        var lines = new CommandLineReader();
        var longest = new string('a', CommandLineReader.MaximumLength);
        var buffer = Sequence(longest + "\r\n" + longest + "a\r\nNOOP\r\n");

        Assert.That(lines.Read(ref buffer, out _), Is.EqualTo(CommandLineStatus.Whole));
        Assert.That(lines.Read(ref buffer, out _), Is.EqualTo(CommandLineStatus.TooLong));
        Assert.That(lines.Read(ref buffer, out _), Is.EqualTo(CommandLineStatus.Whole));
    }

    [Test]
    public void An_endless_line_is_dropped_while_it_arrives_and_told_once_at_its_end()
    {
        var lines = new CommandLineReader();
        for (var count = 0; count < 10; count++)
        {
            var piece = Sequence(new string('a', 4000));
            Assert.That(lines.Read(ref piece, out _), Is.EqualTo(CommandLineStatus.Incomplete));
            Assert.That(piece.Length, Is.Zero, "nothing of it is kept");
        }

        var withHalfOfTheEnd = Sequence("aaa\r");
        Assert.That(lines.Read(ref withHalfOfTheEnd, out _), Is.EqualTo(CommandLineStatus.Incomplete));
        Assert.That(Text(withHalfOfTheEnd), Is.EqualTo("\r"));

        var end = Sequence("\r\nNOOP\r\n");
        Assert.That(lines.Read(ref end, out _), Is.EqualTo(CommandLineStatus.TooLong));
        Assert.That(lines.Read(ref end, out _), Is.EqualTo(CommandLineStatus.Whole));
    }

    [Test]
    public void A_client_that_sends_LF_alone_and_waits_is_not_left_without_an_answer()
    {
        var lines = new CommandLineReader();
        var buffer = Sequence("EHLO me\n");

        Assert.That(lines.Read(ref buffer, out _), Is.EqualTo(CommandLineStatus.BareNewline));
        Assert.That(buffer.IsEmpty);
    }

    [Test]
    public void A_command_behind_a_bare_LF_is_part_of_the_line_before_it()
    {
        var lines = new CommandLineReader();
        var buffer = Sequence("NOOP\nMAIL FROM:<a@example.com>\r\n");

        Assert.That(lines.Read(ref buffer, out var line), Is.EqualTo(CommandLineStatus.Whole));
        Assert.That(SmtpCommandParser.TryParse(line.FirstSpan, out _), Is.False);
        Assert.That(buffer.IsEmpty);
    }

    private static ReadOnlySequence<byte> Sequence(string text) => new(Encoding.ASCII.GetBytes(text));

    private static string Text(in ReadOnlySequence<byte> sequence) => Encoding.ASCII.GetString(sequence);
}
