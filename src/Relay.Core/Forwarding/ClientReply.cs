using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>The reply to the client's final dot, made of the outcomes. Pure.</summary>
/// <remarks>
/// An upstream's 421, 530 or 535 never reaches a client: it would close or re-authenticate the wrong session. What is deferred although the
/// upstream said 5xx is put off with 451.
/// </remarks>
internal static class ClientReply
{
    /// <summary>RFC 5321 §4.5.3.1.5 allows 512 octets for a reply line; code, enhanced code and line end take their part.</summary>
    private const int LongestText = 480;
    private const int NamedRecipients = 5;

    private static readonly EnhancedStatusCode Ok = new(2, 0, 0);
    private static readonly EnhancedStatusCode NoAnswer = new(4, 4, 1);
    private static readonly EnhancedStatusCode BadConnection = new(4, 4, 2);

    /// <summary>The spool has it.</summary>
    public static SmtpReply Queued(ReceivedMessage message) => new(250, Ok, $"OK {message.Id} queued");

    public static SmtpReply For(ReceivedMessage message, IReadOnlyList<RecipientOutcome> outcomes)
    {
        if (outcomes is [{ Kind: OutcomeKind.Delivered } only])
        {
            return Delivered(message, only);
        }

        var kind = Deciding(outcomes);
        var concerned = outcomes.Where(outcome => outcome.Kind == kind).ToArray();
        var first = Array.Find(concerned, outcome => outcome.Reply is not null);
        return kind switch
        {
            OutcomeKind.Delivered => Delivered(message, concerned[0]),
            OutcomeKind.Uncertain => new SmtpReply(451, BadConnection, $"{message.Id} the upstream server did not confirm the message"),
            // What the upstream thinks of Relay's own credentials is no word for a client.
            _ when first.Reply is null || ServerComplaints.IsAboutCredentials(first.Reply) => new SmtpReply(
                451,
                NoAnswer,
                $"{message.Id} no upstream available"
            ),
            OutcomeKind.Rejected => Passed(message, outcomes, first),
            _ => Passed(message, outcomes, first with { Reply = AsTransient(first.Reply) }),
        };
    }

    private static SmtpReply Delivered(ReceivedMessage message, RecipientOutcome outcome) =>
        new(250, Ok, Limit($"OK {message.Id} via {outcome.Upstream}: {OneLine(outcome.Reply)}"));

    /// <summary>One that failed decides for all: the client keeps the message. A refusal says more than a delay.</summary>
    private static OutcomeKind Deciding(IReadOnlyList<RecipientOutcome> outcomes)
    {
        if (outcomes.All(outcome => outcome.Kind == OutcomeKind.Delivered))
        {
            return OutcomeKind.Delivered;
        }

        if (outcomes.Any(outcome => outcome.Kind == OutcomeKind.Rejected))
        {
            return OutcomeKind.Rejected;
        }

        return outcomes.Any(outcome => outcome.Kind == OutcomeKind.Uncertain) ? OutcomeKind.Uncertain : OutcomeKind.Deferred;
    }

    private static SmtpReply Passed(ReceivedMessage message, IReadOnlyList<RecipientOutcome> outcomes, RecipientOutcome decisive)
    {
        var reply = decisive.Reply!;
        var text = new StringBuilder($"{message.Id}");
        if (decisive.Upstream is { } upstream)
        {
            text.Append(" via ").Append(upstream);
        }

        text.Append(": ").Append(Names(message.Envelope, outcomes, decisive.Kind)).Append(OneLine(reply));
        var enhanced = reply.Enhanced ?? new EnhancedStatusCode(reply.Code / 100, 0, 0);
        return new SmtpReply(reply.Code, enhanced, Limit(text.ToString()));
    }

    /// <summary>Of several recipients those concerned are named.</summary>
    private static string Names(Envelope envelope, IReadOnlyList<RecipientOutcome> outcomes, OutcomeKind kind)
    {
        if (outcomes.Count == 1)
        {
            return "";
        }

        var concerned = Enumerable
            .Range(0, outcomes.Count)
            .Where(index => outcomes[index].Kind == kind && outcomes[index].Reply is not null)
            .Select(index => envelope.Recipients[index].Path.ToString())
            .ToArray();
        var more = concerned.Length > NamedRecipients ? $" and {concerned.Length - NamedRecipients} more" : "";
        return $"{string.Join(' ', concerned.Take(NamedRecipients))}{more}: ";
    }

    private static SmtpReply AsTransient(SmtpReply reply)
    {
        if (reply is { IsTransient: true, Code: not 421 })
        {
            return reply;
        }

        var enhanced = reply.Enhanced is { } code ? code with { Class = 4 } : new EnhancedStatusCode(4, 0, 0);
        return new SmtpReply(451, enhanced, reply.Text);
    }

    /// <summary>ASCII on one line: a reply to a client without SMTPUTF8 holds nothing else (RFC 6531 §3.7.4.2).</summary>
    private static string OneLine(SmtpReply? reply) =>
        string.Create(
            reply?.Text.Length ?? 0,
            reply?.Text ?? "",
            static (line, text) =>
            {
                for (var index = 0; index < line.Length; index++)
                {
                    line[index] = text[index] switch
                    {
                        '\n' => ' ',
                        > '~' => '?',
                        var character => character,
                    };
                }
            }
        );

    private static string Limit(string text) => text.Length <= LongestText ? text : text[..LongestText] + "...";
}
