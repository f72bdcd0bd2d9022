using System.Globalization;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>
/// What MailKit makes of a conversation before it says a word: the known differences of the first kind. Relay's own client, given this, has to do what MailKit does
/// of its own accord.
/// </summary>
internal static class MailKitView
{
    /// <summary>Why a conversation is changed, and how; in this order.</summary>
    public static readonly IReadOnlyList<(string Reason, Func<Conversation, Turn, Turn> Rewrite)> Rewrites =
    [
        ("An address that it cannot parse is refused by itself, without a word to the server (MailKitLimitsTests).", RefuseOddAddresses),
        ("Source routes are left out (RFC 5321 §3.3), and domains are written in Unicode where SMTPUTF8 is used (FACTS).", WriteAddresses),
        ("Recipients that differ in case only are asked for once and share the reply (MailKitLimitsTests).", MergeRecipients),
        (
            "The client's ORCPT cannot be passed; MailKit makes one of its own where there is a NOTIFY (EnvelopeTests).",
            ReplaceOriginalRecipients
        ),
        ("BODY=7BIT, which is what is meant without it, is not said (RFC 6152 §3).", static (_, turn) => WithoutSevenBit(turn)),
        (
            "ENVID is read and written anew: the same text in its shortest form (RFC 3461 §4).",
            static (_, turn) => WithShortestEnvelopeId(turn)
        ),
    ];

    public static Conversation Of(Conversation conversation) =>
        conversation.Without("CHUNKING") with // BDAT is never used (MailKitLimitsTests)
        {
            Turns =
            [
                .. conversation.Turns.Select(turn =>
                    Rewrites.Aggregate(turn, (next, known) => next.Unsent is null ? known.Rewrite(conversation, next) : next)
                ),
            ],
        };

    public static bool NeedsSmtpUtf8(Turn turn) =>
        turn.Envelope.SmtpUtf8
        || turn.Traits.HasFlag(BodyTraits.EightBitHeader)
        || !turn.Envelope.Sender.IsAscii
        || turn.Envelope.Recipients.Any(static to => !to.Path.IsAscii);

    /// <summary>The server is not asked at all; both clients see that before anything else.</summary>
    private static bool IsBeyond(Conversation conversation, Turn turn) =>
        (NeedsSmtpUtf8(turn) && !conversation.Offers("SMTPUTF8"))
        || (turn.Envelope.Body == BodyType.EightBitMime && !conversation.Offers("8BITMIME"));

    private static Turn RefuseOddAddresses(Conversation conversation, Turn turn)
    {
        if (IsBeyond(conversation, turn))
        {
            return turn;
        }

        if (Known(turn.Envelope.Sender) is { ByMailKit: null })
        {
            return turn with { Unsent = "Mail CannotCarry 553 5.1.7 The sender's address cannot be expressed" };
        }

        var next = 0;
        int[] places = [.. turn.Envelope.Recipients.Select(to => Known(to.Path) is { ByMailKit: null } ? -1 : next++)];
        EnvelopeRecipient[] kept = [.. turn.Envelope.Recipients.Where((_, index) => places[index] >= 0)];
        var isUnsent = kept.Length == 0 || (turn.IsAllOrNothing && places.Contains(-1));
        return turn with { Envelope = turn.Envelope with { Recipients = kept }, Places = places, Unsent = isUnsent ? "" : null };
    }

    private static Turn WriteAddresses(Conversation conversation, Turn turn)
    {
        if (IsBeyond(conversation, turn))
        {
            return turn;
        }

        var isUtf8 = NeedsSmtpUtf8(turn);
        var envelope = turn.Envelope with
        {
            Sender = Written(turn.Envelope.Sender, isUtf8),
            Recipients = [.. turn.Envelope.Recipients.Select(to => to with { Path = Written(to.Path, isUtf8) })],
        };
        return turn with { Envelope = envelope };
    }

    private static MailPath Written(MailPath path, bool isUtf8) =>
        Known(path) is { } known ? new MailPath((isUtf8 ? known.WithSmtpUtf8 : null) ?? known.ByMailKit ?? path.Text) : path;

    private static Turn MergeRecipients(Conversation conversation, Turn turn)
    {
        List<EnvelopeRecipient> kept = [];
        var places = new Dictionary<int, int>();
        foreach (var (index, recipient) in turn.Envelope.Recipients.Index())
        {
            var first = kept.FindIndex(one => one.Path.Text.Equals(recipient.Path.Text, StringComparison.OrdinalIgnoreCase));
            places[index] = first < 0 ? kept.Count : first;
            if (first < 0)
            {
                kept.Add(recipient);
            }
        }

        return turn with
        {
            Envelope = turn.Envelope with { Recipients = kept },
            Places = [.. turn.Places.Select(place => place < 0 ? place : places[place])],
        };
    }

    private static Turn ReplaceOriginalRecipients(Conversation conversation, Turn turn) =>
        turn with
        {
            Envelope = turn.Envelope with
            {
                Recipients =
                [
                    .. turn.Envelope.Recipients.Select(to =>
                        to with
                        {
                            OriginalRecipient = to.Notify == DsnNotify.Unspecified ? null : "rfc822;" + Xtext(to.Path.Text),
                        }
                    ),
                ],
            },
        };

    private static Turn WithoutSevenBit(Turn turn) =>
        turn.Envelope.Body == BodyType.SevenBit ? turn with { Envelope = turn.Envelope with { Body = BodyType.Unspecified } } : turn;

    private static Turn WithShortestEnvelopeId(Turn turn) =>
        turn.Envelope.EnvelopeId is "+41B" ? turn with { Envelope = turn.Envelope with { EnvelopeId = "AB" } } : turn;

    private static TestAddress? Known(MailPath path) =>
        TestAddress.All.FirstOrDefault(address => address.Text.Equals(path.Text, StringComparison.Ordinal));

    private static string Xtext(string text) =>
        string.Concat(
            Encoding
                .UTF8.GetBytes(text)
                .Select(static value =>
                    value is > 32 and < 127 and not (byte)'+' and not (byte)'='
                        ? ((char)value).ToString()
                        : string.Create(CultureInfo.InvariantCulture, $"+{value:X2}")
                )
        );
}
