using System.Text;
using CsCheck;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

internal sealed class DataReaderTests
{
    // Pieces of which troublesome mail data is made; chance puts them together.
    private static readonly Gen<byte[]> Wire = Gen.OneOf(
            "\r\n",
            "\r",
            "\n",
            ".",
            "\r\n.",
            "\r\n.\r\n",
            "\0",
            "a",
            "Received: x",
            "é",
            "\r\n\r\n"
        )
        .Array[0, 24]
        .Select(parts => Encoding.Latin1.GetBytes(string.Concat(parts)));

    private static readonly Gen<BareNewlineHandling> Mode = Gen.OneOf(BareNewlineHandling.Reject, BareNewlineHandling.Normalize);

    [Test]
    public void Input_cut_anywhere_gives_the_same_as_input_in_one_piece() =>
        Gen.Select(Wire, Mode, Gen.Int[0, 60].Array[0, 20])
            .Sample((wire, mode, cuts) => DataReaderRun.Of(wire, mode, cuts) == DataReaderRun.Of(wire, mode), iter: 20_000);

    [Test]
    public void Input_that_comes_byte_by_byte_gives_the_same_as_input_in_one_piece() =>
        Gen.Select(Wire, Mode)
            .Sample(
                (wire, mode) => DataReaderRun.Of(wire, mode, Enumerable.Range(0, wire.Length)) == DataReaderRun.Of(wire, mode),
                iter: 10_000
            );

    [Test]
    public void The_end_of_data_is_the_first_literal_CRLF_dot_CRLF_and_nothing_else() =>
        Gen.Select(Wire, Mode)
            .Sample(
                (wire, mode) =>
                {
                    // The CRLF of the DATA command is the first of a message that begins with the dot.
                    var end = ("\r\n" + Encoding.Latin1.GetString(wire)).IndexOf("\r\n.\r\n", StringComparison.Ordinal);
                    var run = DataReaderRun.Of(wire, mode);
                    return run.Ended == (end >= 0) && run.Consumed == (end >= 0 ? end + 3 : wire.Length);
                },
                iter: 20_000
            );

    [Test]
    public void A_message_that_was_stuffed_comes_out_as_it_was() =>
        Gen.OneOf(Gen.Const("."), Gen.Const(".."), Gen.String[Gen.Char['\u0001', '\u00ff'], 0, 30])
            .Select(line => line.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal))
            .Array[0, 20]
            .Select(lines => string.Concat(lines.Select(line => line + "\r\n")))
            .Sample(
                body =>
                {
                    var stuffed = ("\r\n" + body).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)[2..] + ".\r\n";
                    var run = DataReaderRun.Of(stuffed);
                    return run is { Ended: true, Fault: DataFault.None } && string.Equals(run.Body, body, StringComparison.Ordinal);
                },
                iter: 10_000
            );

    [Test]
    public void Normalized_data_holds_no_CR_or_LF_that_stands_alone() =>
        Wire.Sample(
            wire =>
            {
                var body = DataReaderRun.Of(wire, BareNewlineHandling.Normalize).Body;
                return !body.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');
            },
            iter: 10_000
        );

    [TestCase("a\n.\n")]
    [TestCase("a\r.\r")]
    [TestCase("a\r.\n")]
    [TestCase("a\n.\r")]
    [TestCase("a\n.\r\n")]
    [TestCase("a\r\n.\n")]
    [TestCase("a\r.\r\n")]
    [TestCase("a\r\n.\r")]
    [TestCase("a\r\n\0.\r\n")]
    [TestCase("a\r\n.\0\r\n")]
    [TestCase("a\r\0\n.\r\n")]
    public void What_only_looks_like_an_end_of_data_ends_nothing(string almost)
    {
        var wire = almost + "MAIL FROM:<smuggled@example.com>";

        Assert.That(DataReaderRun.Of(wire, BareNewlineHandling.Reject).Ended, Is.False);
        Assert.That(DataReaderRun.Of(wire, BareNewlineHandling.Normalize).Ended, Is.False);
    }

    [TestCase("a\nb\r\n.\r\n")]
    [TestCase("a\rb\r\n.\r\n")]
    [TestCase("a\r\n.\nb\r\n.\r\n")]
    [TestCase("a\r\n.\rb\r\n.\r\n")]
    [TestCase("a\r\r\n.\r\n")]
    public void A_newline_that_stands_alone_is_a_fault_and_the_data_is_read_to_its_end(string wire)
    {
        var run = DataReaderRun.Of(wire);

        Assert.That(run.Fault, Is.EqualTo(DataFault.BareNewline));
        Assert.That(run.Ended, Is.True);
        Assert.That(run.Consumed, Is.EqualTo(wire.Length));
    }

    [TestCase("a\nb\r\n.\r\n", "a\r\nb\r\n")]
    [TestCase("a\rb\r\n.\r\n", "a\r\nb\r\n")]
    [TestCase("a\n.\nb\r\n.\r\n", "a\r\n.\r\nb\r\n", Description = "a dot behind a bare LF is content")]
    [TestCase("a\n..b\r\n.\r\n", "a\r\n..b\r\n", Description = "nothing is taken out behind a bare LF")]
    [TestCase("a\r\n.\nb\r\n.\r\n", "a\r\n.\r\nb\r\n", Description = "a dot before a bare LF is content")]
    [TestCase("a\r\n.\rb\r\n.\r\n", "a\r\n.\r\nb\r\n")]
    [TestCase("a\r\n..\nb\r\n.\r\n", "a\r\n.\r\nb\r\n", Description = "a stuffed dot is taken out")]
    [TestCase("a\r\r\n.\r\n", "a\r\n\r\n")]
    public void Normalizing_makes_each_newline_that_stands_alone_a_line_end(string wire, string body)
    {
        var run = DataReaderRun.Of(wire, BareNewlineHandling.Normalize);

        Assert.That(run.Fault, Is.EqualTo(DataFault.None));
        Assert.That(run.Body, Is.EqualTo(body));
    }

    [TestCase(".\r\n", "")]
    [TestCase("..\r\n.\r\n", ".\r\n")]
    [TestCase(".a\r\n.\r\n", "a\r\n")]
    [TestCase("\r\n.\r\n", "\r\n")]
    [TestCase("a\r\nb\r\n.\r\n", "a\r\nb\r\n")]
    public void The_message_is_what_stands_before_the_dot_without_stuffed_dots(string wire, string body)
    {
        var run = DataReaderRun.Of(wire);

        Assert.That(run.Body, Is.EqualTo(body));
        Assert.That(run.Consumed, Is.EqualTo(wire.Length));
    }

    [Test]
    public void What_follows_the_dot_is_left_for_the_next_command() =>
        Assert.That(DataReaderRun.Of("a\r\n.\r\nQUIT\r\n") is { Ended: true, Consumed: 6 });

    [Test]
    public void A_NUL_is_a_fault_in_either_mode([Values] BareNewlineHandling mode) =>
        Assert.That(DataReaderRun.Of("a\0b\r\n.\r\n", mode) is { Fault: DataFault.Nul, Ended: true });

    [TestCase(3, DataFault.None)]
    [TestCase(2, DataFault.TooLarge)]
    public void Size_is_counted_without_stuffed_dots_and_may_reach_the_limit(int limit, DataFault fault)
    {
        var run = DataReaderRun.Of("..\r\n.\r\n"u8.ToArray(), maximumSize: limit);

        Assert.That(run.Fault, Is.EqualTo(fault));
        Assert.That(run.Ended, Is.True);
    }

    [TestCase(5, DataFault.None)]
    [TestCase(4, DataFault.LineTooLong)]
    public void A_line_may_be_as_long_as_the_limit_with_its_end(int limit, DataFault fault) =>
        Assert.That(DataReaderRun.Of("abc\r\nabc\r\n.\r\n"u8.ToArray(), maximumLine: limit).Fault, Is.EqualTo(fault));

    [TestCase("a: b\r\n\r\nc\r\n.\r\n", BodyTraits.None)]
    [TestCase("a: \u00e9\r\n\r\nc\r\n.\r\n", BodyTraits.EightBitHeader)]
    [TestCase("a: b\r\n\r\n\u00e9\r\n.\r\n", BodyTraits.EightBitContent)]
    [TestCase("\u00e9: b\r\n\r\n\u00e9\r\n.\r\n", BodyTraits.EightBitHeader | BodyTraits.EightBitContent)]
    public void Bytes_beyond_ASCII_are_seen_in_header_and_content(string wire, BodyTraits traits) =>
        Assert.That(DataReaderRun.Of(wire).Traits, Is.EqualTo(traits));

    [Test]
    public void Received_fields_are_counted_in_the_header_section_only()
    {
        var run = DataReaderRun.Of("Received: a\r\n b\r\nRECEIVED: c\r\nX-Received: d\r\nSubject: Received: e\r\n\r\nReceived: f\r\n.\r\n");

        Assert.That(run.ReceivedFields, Is.EqualTo(2));
    }

    [Test]
    public void A_reader_begins_anew_with_each_message()
    {
        var reader = new DataReader(BareNewlineHandling.Reject, 10, 10);
        using var writer = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System).CreateWriter();
        reader.Begin();
        reader.Read(new("Received: \u00e9 and more\0\n\r\n.\r\n"u8.ToArray()), writer, out _);
        reader.Begin();

        var isWhole = reader.Read(new("a\r\n.\r\n"u8.ToArray()), writer, out _);

        Assert.That(isWhole, Is.True);
        Assert.That(
            (reader.Fault, reader.Size, reader.Traits, reader.ReceivedFields),
            Is.EqualTo((DataFault.None, 3L, BodyTraits.None, 0))
        );
    }
}
