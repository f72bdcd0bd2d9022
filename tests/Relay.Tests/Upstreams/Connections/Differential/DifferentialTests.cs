using Relay.Core.Configuration;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>
/// Random conversations, held by Relay's own client and by MailKit: the same replies in the same places, the same words on the wire, the same bytes at the server.
/// What differs is in a table with its reason, or the test fails with the seed; <c>RELAY_DIFFERENTIAL_SEED</c> runs one seed alone.
/// </summary>
internal sealed class DifferentialTests
{
    private const int Usual = 300;
    private const int UsualByChunks = 500; // these are quick, and 477 is the first to need the explanation of a refused sender
    private const int Soak = 30_000;
    private const int Lanes = 4;

    private static readonly KnownDifference[] ToMailKit =
    [
        new(
            "MailKit does not tell the text of 354.",
            static found =>
                found.Aspect == Aspect.Data
                && found.ExpectedText.StartsWith("354", StringComparison.Ordinal)
                && found.ActualText is "354 Start mail input"
        ),
        new(
            "A connection that carried an IDN domain in ASCII is not used again: MailKit was told that the server has no SMTPUTF8 (MailKitLimitsTests).",
            static found =>
                found.Aspect == Aspect.IsReusable
                && found.HasIdnInAscii
                && found.Conversation.Offers("SMTPUTF8")
                && found.ActualText is "False"
        ),
        new(
            "A 530 to one recipient ends the transaction as a failure, where others say no to that recipient only (MailKitLimitsTests).",
            static found =>
                found.Aspect is not (Aspect.Mail or Aspect.MailLine)
                && found.Actual[Aspect.Failure].StartsWith("Rcpt Reply 530", StringComparison.Ordinal)
        ),
        new(
            "After the reply that ended the transaction MailKit may note those that came behind it in the same packet; they say nothing any more.",
            static found =>
                found.Aspect == Aspect.Recipients
                && found.Expected[Aspect.Failure].Contains(" Reply ", StringComparison.Ordinal)
                && found.HasMoreRecipients
        ),
        new(
            "Any reply to the dot but 250 is an error to MailKit, which then says RSET; what that draws is another matter (FACTS).",
            static found =>
                found.Aspect == Aspect.IsReusable
                && found.Expected[Aspect.Dot].StartsWith('2')
                && !found.Expected[Aspect.Dot].StartsWith("250", StringComparison.Ordinal)
                && found.Turn.Disturbances.Any(static one => one.Stage == Stage.Rset)
        ),
        new(
            "An empty line, which is no reply, leaves MailKit waiting for the rest of one.",
            static found =>
                found.Aspect == Aspect.Failure
                && found.HasDisturbance("\r\n")
                && found.ExpectedText.Contains("Garbage", StringComparison.Ordinal)
        ),
    ];

    private static readonly KnownDifference[] ToChunking =
    [
        new(
            "BDAT has no 354.",
            static found =>
                found.Aspect == Aspect.Data
                && found.ExpectedText.StartsWith("354", StringComparison.Ordinal)
                && found.ActualText.Length == 0
        ),
        new(
            "DATA gives the last line an end (RFC 5321 §4.1.1.4); BDAT needs none (RFC 3030 §2).",
            static found => found.Aspect == Aspect.Body && found.ExpectedText.Equals(found.ActualText + "\r\n", StringComparison.Ordinal)
        ),
        new(
            "500, 502 and 503 to BDAT mean that it was not understood: nothing was taken, and the connection is dropped (ChunkingTests).",
            static found =>
                found.Aspect is not (Aspect.Mail or Aspect.Recipients or Aspect.MailLine)
                && found.Expected[Aspect.Dot] is ['5', '0', '0' or '2' or '3', ..]
                && found.Actual[Aspect.Failure].Equals("Data Reply " + found.Expected[Aspect.Dot], StringComparison.Ordinal)
        ),
        new(
            "A connection that breaks within a flight leaves the message uncertain: its end is out with the first byte (decision 10).",
            static found =>
                found.Aspect is Aspect.Failure or Aspect.MayBeDelivered or Aspect.DeliveredTo or Aspect.Body
                && found.MayFly
                && found.IsUncertainInstead
                && found.Actual[Aspect.MayBeDelivered] is "True"
        ),
        new(
            "Within a flight a sender that is refused while a recipient and the content are taken is no refusal: the message is uncertain (ChunkingTests).",
            static found =>
                found.Aspect == Aspect.Mail
                && found.MayFly
                && found.ActualText.Length == 0
                && found.Actual[Aspect.Failure].StartsWith("Dot Garbage 2", StringComparison.Ordinal)
                && found.Actual[Aspect.MayBeDelivered] is "True"
        ),
        new(
            "A reply within a flight that decides nothing does not end it, since the content is out: it is judged for itself, and the connection is dropped.",
            static found =>
                found.Aspect is not (Aspect.Mail or Aspect.MailLine or Aspect.IsReusable)
                && found.MayFly
                && found.Expected[Aspect.Failure].Contains(" Reply ", StringComparison.Ordinal)
                && found.Actual[Aspect.IsReusable] is "False"
        ),
    ];

    [Test]
    public Task MailKit_does_what_the_own_client_does_or_the_difference_is_known() =>
        Run(ToMailKit).Async(Usual, lanes: 1, RunMailKitAsync);

    [Test]
    public Task BDAT_does_what_DATA_does_or_the_difference_is_known() => Run(ToChunking).Async(UsualByChunks, lanes: 1, RunChunkingAsync);

    [Test]
    [Category("Soak")]
    public Task MailKit_does_so_in_thirty_thousand_conversations() => Run(ToMailKit).Async(Soak, Lanes, RunMailKitAsync);

    [Test]
    [Category("Soak")]
    public Task BDAT_does_so_in_thirty_thousand_conversations() => Run(ToChunking).Async(Soak, Lanes, RunChunkingAsync);

    private static Comparison Run(KnownDifference[] known) => new(known);

    private static async Task<Outcome> RunMailKitAsync(Conversation conversation)
    {
        var heard = MailKitView.Of(conversation);
        var expected = await Player.PlayAsync(heard, heard, UpstreamClient.Native);
        return new Outcome(conversation, expected, await Player.PlayAsync(conversation, heard, UpstreamClient.MailKit));
    }

    private static async Task<Outcome> RunChunkingAsync(Conversation conversation)
    {
        var byData = conversation.Without("CHUNKING").WithoutDisturbance(Stage.Data);
        var byChunk = byData with { Extensions = [.. byData.Extensions, "CHUNKING"] };
        var expected = await Player.PlayAsync(byData, byData, UpstreamClient.Native);
        return new Outcome(byChunk, expected, await Player.PlayAsync(byChunk, byChunk, UpstreamClient.Native));
    }
}
