using System.Security.Cryptography;
using System.Text;
using MimeKit.Utils;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>
/// Writes delivery status notifications: a multipart/report (RFC 6522) of a text for people, the fields for programs and what is returned
/// of the original. It is written byte by byte rather than built of MIME objects, since those would encode the original anew.
/// </summary>
internal static class NoticeComposer
{
    private const int DigestLength = 32;

    /// <summary>Writes the whole message into <paramref name="destination"/>, which is left for the caller to complete.</summary>
    /// <returns>What was written, for <see cref="MessageBodyWriter.Complete"/> and <see cref="NoticePolicy.EnvelopeOf"/>.</returns>
    public static async Task<BodyTraits> ComposeAsync(
        Notice notice,
        MessageBody original,
        MessageBodyWriter destination,
        CancellationToken cancellationToken
    )
    {
        var returned = await ReturnedOriginal.ReadAsync(notice, original, cancellationToken);
        var text = NoticeText.Write(notice);
        var status = StatusFields.Write(notice);
        var digest = await DigestAsync(notice, text + status, returned, cancellationToken);

        var front = Header(notice, digest) + TextPart(notice, digest, text) + StatusPart(notice, digest, status);
        destination.Write(Encoding.UTF8.GetBytes(front + ReturnedPart(digest, returned)));
        await destination.FlushAsync(cancellationToken);
        await returned.CopyToAsync(destination, cancellationToken);
        destination.Write(Encoding.ASCII.GetBytes($"\r\n--{digest}--\r\n"));
        await destination.FlushAsync(cancellationToken);
        return TraitsOf(notice, returned);
    }

    /// <summary>
    /// Names the boundary and the message. No text can hold its own digest, so what is returned cannot hold the boundary by chance or by
    /// intent (RFC 2046 §5.1.1); and nothing is drawn by lot, so the same notice is the same bytes.
    /// </summary>
    private static async Task<string> DigestAsync(
        Notice notice,
        string parts,
        ReturnedOriginal returned,
        CancellationToken cancellationToken
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{notice.MessageId} {notice.Now:O}\r\n{parts}"));
        await returned.SurveyAsync(hash, cancellationToken);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLength];
    }

    private static string Header(Notice notice, string digest)
    {
        // RFC 6522 §3: report-type is the subtype of the second part.
        var reportType = StatusSubtype(notice);
        return new NoticeWriter(notice.IsInternational)
            .Line($"From: \"Mail Delivery System\" <MAILER-DAEMON@{notice.HostName}>")
            .Line($"To: {NoticeMailbox.Write(notice.Envelope.Sender)}")
            .Line($"Subject: {NoticeText.Subject(notice.Kind)}")
            .Line($"Date: {DateUtils.FormatDate(notice.Now)}")
            .Line($"Message-ID: <{notice.MessageId}.{digest[..16]}@{notice.HostName}>")
            .Line("Auto-Submitted: auto-replied") // RFC 3834 §5: no robot answers this
            .Line("MIME-Version: 1.0")
            .FoldedField("Content-Type", $"multipart/report; report-type={reportType}; boundary=\"{digest}\"")
            .Line()
            .ToString();
    }

    private static string TextPart(Notice notice, string digest, string text) =>
        PartHeader(digest, $"text/plain; charset={(notice.IsInternational ? "utf-8" : "us-ascii")}", notice.IsInternational) + text;

    private static string StatusPart(Notice notice, string digest, string status) =>
        "\r\n" + PartHeader(digest, $"message/{StatusSubtype(notice)}", notice.IsInternational) + status;

    private static string ReturnedPart(string digest, ReturnedOriginal returned) =>
        "\r\n" + PartHeader(digest, returned.MediaType, returned.IsEightBit);

    private static string PartHeader(string digest, string mediaType, bool isEightBit) =>
        $"--{digest}\r\nContent-Type: {mediaType}\r\nContent-Transfer-Encoding: {(isEightBit ? "8bit" : "7bit")}\r\n\r\n";

    private static string StatusSubtype(Notice notice) => notice.IsInternational ? "global-delivery-status" : "delivery-status";

    private static BodyTraits TraitsOf(Notice notice, ReturnedOriginal returned)
    {
        var header = notice.Envelope.Sender.IsAscii ? BodyTraits.None : BodyTraits.EightBitHeader;
        var content = notice.IsInternational || returned.IsEightBit ? BodyTraits.EightBitContent : BodyTraits.None;
        return header | content;
    }
}
