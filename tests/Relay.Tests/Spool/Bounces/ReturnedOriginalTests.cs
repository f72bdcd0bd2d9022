using System.Text;
using MimeKit;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

public sealed class ReturnedOriginalTests
{
    private const string Original = "Received: by relay\r\nSubject: hello\r\n\r\nText\r\n";
    private const string Headers = "Received: by relay\r\nSubject: hello\r\n";

    [TestCase("Failed", DsnReturn.Full, "message/rfc822", Original)]
    [TestCase("Failed", DsnReturn.Headers, "text/rfc822-headers", Headers)]
    [TestCase("Failed", DsnReturn.Unspecified, "text/rfc822-headers", Headers)]
    [TestCase("Delayed", DsnReturn.Full, "text/rfc822-headers", Headers)]
    [TestCase("Relayed", DsnReturn.Full, "text/rfc822-headers", Headers)]
    public async Task The_whole_message_is_returned_only_with_a_failure_and_when_asked_for(
        string kind,
        DsnReturn asked,
        string mediaType,
        string returned
    )
    {
        var composed = await Notice(asked, Enum.Parse<NoticeKind>(kind)).ComposeAsync(Original);

        Assert.That(composed.Original.ContentType.MimeType, Is.EqualTo(mediaType));
        Assert.That(Encoding.ASCII.GetString(composed.OriginalBytes), Is.EqualTo(returned));
    }

    [Test]
    public async Task Mail_that_required_TLS_is_returned_without_its_content_and_requires_TLS_again()
    {
        var notice = Notice(DsnReturn.Full).With(static envelope => envelope with { RequireTls = true });

        var composed = await notice.ComposeAsync(Original);

        Assert.That(Encoding.ASCII.GetString(composed.OriginalBytes), Is.EqualTo(Headers));
        Assert.That(NoticePolicy.EnvelopeOf(notice).RequireTls, Is.True);
    }

    [Test]
    public async Task Every_byte_passes_in_a_returned_message()
    {
        byte[] odd = [.. "Subject: odd\r\n\r\n"u8, .. Enumerable.Range(0, 256).Select(value => (byte)value), .. "\r\r\n\n\n.\r\n no end"u8];

        var composed = await Notice(DsnReturn.Full).ComposeAsync(odd);

        Assert.That(composed.OriginalBytes, Is.EqualTo(odd));
        Assert.That(composed.Original.Headers["Content-Transfer-Encoding"], Is.EqualTo("8bit"));
        Assert.That(composed.Original.ContentType.MimeType, Is.EqualTo("message/rfc822"));
        Assert.That(composed.Traits, Is.EqualTo(BodyTraits.EightBitContent));
    }

    [TestCase("", "")]
    [TestCase("Subject: no end", "Subject: no end")]
    [TestCase("Subject: no blank line\r\n", "Subject: no blank line\r\n")]
    [TestCase("Subject: a\r\n\r", "Subject: a\r\n\r")]
    [TestCase("\r\nonly a body\r\n", "")]
    [TestCase("Subject: bare\nTo: b\n\nbody\n", "Subject: bare\nTo: b\n")]
    [TestCase("Subject: mixed\r\n\nbody\n", "Subject: mixed\r\n")]
    public async Task The_header_section_ends_where_the_message_has_its_first_empty_line(string original, string returned)
    {
        var composed = await Notice(DsnReturn.Headers).ComposeAsync(original);

        Assert.That(Encoding.ASCII.GetString(composed.OriginalBytes), Is.EqualTo(returned));
        Assert.That(composed.Report, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_empty_message_is_returned_empty()
    {
        var composed = await Notice(DsnReturn.Full).ComposeAsync("");

        Assert.That(composed.OriginalBytes, Is.Empty);
        Assert.That(composed.Report, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_huge_header_section_is_cut_behind_a_whole_line()
    {
        var line = "X-Filler: " + new string('x', 88) + "\r\n";
        var original = string.Concat(Enumerable.Repeat(line, 2000)) + "\r\nText\r\n";

        var composed = await Notice(DsnReturn.Headers).ComposeAsync(original);

        var lines = ReturnedOriginal.LongestHeaders / line.Length;
        Assert.That(Encoding.ASCII.GetString(composed.OriginalBytes), Is.EqualTo(original[..(lines * line.Length)]));
    }

    [Test]
    public async Task One_endless_line_is_cut_between_characters(
        [Values("x", "ü", "€", "\U0001F600")] string character,
        [Range(0, 3)] int ascii
    )
    {
        var original = new string('x', ascii) + string.Concat(Enumerable.Repeat(character, ReturnedOriginal.LongestHeaders));

        var composed = await Notice(DsnReturn.Headers).ComposeAsync(original);

        var size = Encoding.UTF8.GetByteCount(character);
        var characters = (ReturnedOriginal.LongestHeaders - ascii) / size;
        Assert.That(composed.OriginalBytes, Has.Length.EqualTo(ascii + (characters * size)));
        Assert.That(Encoding.UTF8.GetString(composed.OriginalBytes), Does.Not.Contain("\ufffd"));
    }

    [TestCase(DsnReturn.Full, "message/global")]
    [TestCase(DsnReturn.Headers, "message/global-headers")]
    public async Task A_header_in_UTF_8_is_returned_as_an_international_one(DsnReturn asked, string mediaType)
    {
        var composed = await Notice(asked).ComposeAsync("Subject: Grüße\r\n\r\nText\r\n");

        Assert.That(composed.Original.ContentType.MimeType, Is.EqualTo(mediaType));
        Assert.That(composed.Original.Headers["Content-Transfer-Encoding"], Is.EqualTo("8bit"));
        Assert.That(composed.Traits, Is.EqualTo(BodyTraits.EightBitContent));
    }

    [Test]
    public async Task A_header_in_another_charset_is_returned_raw_and_not_called_UTF_8()
    {
        byte[] original = [.. "Subject: Gr"u8, 0xFC, .. "n\r\n\r\nText\r\n"u8];

        var composed = await Notice(DsnReturn.Headers).ComposeAsync(original);

        Assert.That(composed.Original.ContentType.MimeType, Is.EqualTo("text/rfc822-headers"));
        Assert.That(composed.OriginalBytes, Is.EqualTo(original[..^8]));
    }

    [Test]
    public async Task Eight_bit_content_is_no_matter_where_only_headers_are_returned()
    {
        var composed = await Notice(DsnReturn.Headers).ComposeAsync("Subject: a\r\n\r\nGrüße\r\n");

        Assert.That(composed.Traits, Is.EqualTo(BodyTraits.None));
    }

    [Test]
    public async Task A_message_that_holds_an_earlier_notice_does_not_end_the_report()
    {
        var notice = Notice(DsnReturn.Full);
        var earlier = await notice.ComposeAsync(Original);

        var composed = await notice.ComposeAsync(earlier.Bytes);

        Assert.That(composed.Report.Boundary, Is.Not.EqualTo(earlier.Report.Boundary));
        Assert.That(composed.OriginalBytes, Is.EqualTo(earlier.Bytes));
        var inner = ((MessagePart)composed.Original).Message;
        Assert.That(inner?.Body, Is.TypeOf<MultipartReport>().With.Count.EqualTo(3));
    }

    [Test]
    public async Task A_message_whose_own_parts_never_end_does_not_swallow_the_report([Values("a", "=_x", "0")] string boundary)
    {
        var original = $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n\r\nText";

        foreach (var asked in new[] { DsnReturn.Full, DsnReturn.Headers })
        {
            var composed = await Notice(asked).ComposeAsync(original);

            Assert.That(composed.Report, Has.Count.EqualTo(3));
            Assert.That(Encoding.ASCII.GetString(composed.OriginalBytes), Does.StartWith("Content-Type: multipart/mixed;"));
        }
    }

    private static Notice Notice(DsnReturn asked, NoticeKind kind = NoticeKind.Failed) =>
        SomeNotice.Of(kind, SomeNotice.Refused()).With(envelope => envelope with { Return = asked });
}
