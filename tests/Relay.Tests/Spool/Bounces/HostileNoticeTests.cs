using CsCheck;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

/// <summary>Nothing that a client or a server says can break the structure of a notice.</summary>
public sealed class HostileNoticeTests
{
    private static readonly string[] Fragments =
    [
        "\r",
        "\n",
        "\r\n",
        " ",
        "\t",
        "-",
        "--",
        ":",
        ";",
        "<",
        ">",
        "\"",
        "\\",
        "(",
        ")",
        "@",
        ",",
        "=?",
        "+0A",
        "\\x{A}",
        "ü",
        "a",
        ".",
        "\u2028",
        "\u0085",
    ];

    // Any characters, and runs of those that mean something to mail.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[0, 300],
        Gen.OneOf(Gen.OneOf(Fragments), Gen.Char.Select(character => character.ToString())).Array[0, 60].Select(string.Concat),
        Gen.Select(Gen.Char, Gen.Int[1, 999]).Select((character, count) => new string(character, count))
    );

    private static readonly Gen<MailPath> Path = Text.Select(text => new MailPath(
        text.Replace('\r', '_').Replace('\n', '_').Replace('\0', '_')
    ));

    private static readonly Gen<NoticeRecipient> Recipient = Gen.Select(
        Path,
        Text,
        Text,
        Text,
        (path, reply, upstream, orcpt) =>
            new NoticeRecipient(
                new EnvelopeRecipient(path, OriginalRecipient: "rfc822;" + orcpt),
                SmtpReply.Parse(550, reply),
                upstream,
                false
            )
    );

    [Test]
    public Task Any_addresses_and_replies_lead_to_a_report_of_three_parts() =>
        Gen.Select(Path, Recipient.Array[1, 3], Text, Text, Gen.Bool)
            .SampleAsync(
                async (sender, recipients, envelopeId, original, isFull) =>
                {
                    var notice = SomeNotice
                        .Of(NoticeKind.Failed, recipients)
                        .With(envelope =>
                            envelope with
                            {
                                Sender = sender,
                                EnvelopeId = envelopeId,
                                Return = isFull ? DsnReturn.Full : DsnReturn.Headers,
                            }
                        );

                    var composed = await notice.ComposeAsync(original);

                    Check(composed, recipients);
                },
                iter: 2000
            );

    private static void Check(ComposedNotice composed, NoticeRecipient[] recipients)
    {
        Assert.That(composed.Report, Has.Count.EqualTo(3));
        Assert.That(composed.Message.Headers.Select(field => field.Field), Is.EqualTo(TopFields));
        Assert.That(composed.Report.Headers.Select(field => field.Field), Is.EqualTo(["Content-Type"]));
        Assert.That(composed.MessageFields.Select(field => field.Field), Is.EqualTo(MessageFields));
        Assert.That(composed.Status.StatusGroups, Has.Count.EqualTo(recipients.Length + 1));
        for (var index = 0; index < recipients.Length; index++)
        {
            var names = composed.RecipientFields(index).Select(field => field.Field).Where(name => name != "Remote-MTA");
            Assert.That(names, Is.EqualTo(RecipientFields));
            Assert.That(composed.RecipientFields(index)["Action"], Is.EqualTo("failed"));
        }

        var longest = composed.Bytes.AsSpan(0, composed.Bytes.Length - composed.OriginalBytes.Length).ToArray();
        Assert.That(LongestLine(longest), Is.LessThanOrEqualTo(998));
    }

    private static readonly string[] TopFields = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"];

    private static readonly string[] MessageFields = ["Original-Envelope-Id", "Reporting-MTA", "Arrival-Date"];

    private static readonly string[] RecipientFields = ["Original-Recipient", "Final-Recipient", "Action", "Status", "Diagnostic-Code"];

    private static int LongestLine(byte[] bytes)
    {
        var (longest, length) = (0, 0);
        foreach (var value in bytes)
        {
            length = value == '\n' ? 0 : length + 1;
            longest = Math.Max(longest, length);
        }

        return longest;
    }
}
