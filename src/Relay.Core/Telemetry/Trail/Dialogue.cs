using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// Tells the dialogue of an attempt from the replies that were remembered. It begins with MAIL: logins are no part of it, so that nothing of a password can be.
/// </summary>
internal static class Dialogue
{
    /// <param name="sender">What MAIL named.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="mostRecipients">RCPT commands that are told for each transaction; the rest is counted.</param>
    public static IReadOnlyList<DialogueLine> Of(MailPath sender, AttemptRecord attempt, int mostRecipients)
    {
        List<Exchange> exchanges = [];
        for (var exchange = attempt.Exchange; exchange is not null; exchange = exchange.Earlier)
        {
            exchanges.Add(exchange);
        }

        exchanges.Reverse();
        return [.. exchanges.SelectMany(exchange => Lines(sender, exchange, mostRecipients))];
    }

    private static IEnumerable<DialogueLine> Lines(MailPath sender, Exchange exchange, int mostRecipients)
    {
        yield return new DialogueLine($"MAIL FROM:{sender}", Text(exchange.Mail));
        var told = Math.Min(exchange.Recipients.Count, mostRecipients);
        for (var index = 0; index < told; index++)
        {
            yield return new DialogueLine($"RCPT TO:{exchange.Recipients[index].Path}", Text(exchange.RecipientReplies[index]));
        }

        if (exchange.Recipients.Count > told)
        {
            yield return new DialogueLine($"RCPT TO: {exchange.Recipients.Count - told} more", null);
        }

        if (exchange.Data is not null)
        {
            yield return new DialogueLine("DATA", Text(exchange.Data));
        }

        if (exchange.Dot is not null)
        {
            yield return new DialogueLine(exchange.Data is null ? "BDAT LAST" : ".", Text(exchange.Dot));
        }
    }

    private static string? Text(SmtpReply? reply) => reply?.ToString();
}
