using System.Text;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>What came of one turn, on both sides of the connection, each aspect as a text.</summary>
internal sealed record Observation
{
    private static readonly SmtpReply CannotBeExpressed = new(553, new EnhancedStatusCode(5, 1, 3), "The address cannot be expressed");

    private Observation(IReadOnlyDictionary<Aspect, string> aspects) => Aspects = aspects;

    public IReadOnlyDictionary<Aspect, string> Aspects { get; }

    public string this[Aspect aspect] => Aspects[aspect];

    public static Observation Of(Turn turn, Transaction transaction, TransactionResult result, bool isReusable, ServerSide server)
    {
        var recipients = turn.Places.Select(place => place < 0 ? CannotBeExpressed : result.Recipients[place]);
        return new Observation(
            new Dictionary<Aspect, string>
            {
                [Aspect.Mail] = $"{result.Mail}",
                [Aspect.Recipients] = string.Join(" | ", recipients),
                [Aspect.Data] = $"{result.Data}",
                [Aspect.Dot] = $"{result.Dot}",
                [Aspect.Failure] = result.Failure is { } failure ? $"{failure.Stage} {failure.Kind} {failure.Reply}" : "",
                [Aspect.MayBeDelivered] = $"{transaction.MayBeDelivered}",
                [Aspect.IsReusable] = $"{isReusable}",
                [Aspect.MailLine] = server.MailLine,
                [Aspect.RcptLines] = server.RcptLines,
                [Aspect.DeliveredTo] = string.Join(
                    " | ",
                    server.Mail.Select(static mail => $"{mail.IsAccepted}: {string.Join(", ", mail.Recipients)}")
                ),
                [Aspect.Body] = string.Join(" | ", server.Mail.Select(static mail => Encoding.Latin1.GetString(mail.Bytes))),
            }
        );
    }

    /// <summary>Of a turn that is refused without a word to the server.</summary>
    public static Observation Unsent(Turn turn, string failure)
    {
        var nothing = Enum.GetValues<Aspect>().ToDictionary(static aspect => aspect, static _ => "");
        nothing[Aspect.Recipients] = string.Join(
            " | ",
            turn.Places.Select(place => failure.Length == 0 && place < 0 ? CannotBeExpressed : null)
        );
        nothing[Aspect.Failure] = failure;
        nothing[Aspect.MayBeDelivered] = $"{false}";
        nothing[Aspect.IsReusable] = $"{true}";
        return new Observation(nothing);
    }
}

/// <summary>What is compared.</summary>
internal enum Aspect
{
    Mail,
    Recipients,
    Data,
    Dot,
    Failure,
    MayBeDelivered,
    IsReusable,
    MailLine,
    RcptLines,
    DeliveredTo,
    Body,
}

/// <summary>What the server heard in one turn.</summary>
internal sealed record ServerSide(string MailLine, string RcptLines, IReadOnlyList<ReceivedMail> Mail);
