using Relay.Core.Messages;
using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Verbs;

/// <summary>Puts off a command that its client has given too often in the last minute. Only what the command's own handler accepts is counted.</summary>
/// <param name="inner">What the command does.</param>
/// <param name="rates">What was counted.</param>
/// <param name="perMinute">Most of a client in a minute.</param>
/// <param name="refusal">What is said to one more.</param>
internal sealed class RateLimitedVerb(VerbHandler inner, RateTable rates, int perMinute, SmtpReply refusal) : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (ClientNetwork.Of(context.Origin.Client) is not { } client)
        {
            return inner.Run(context, argument); // a unix socket: whoever may open it was chosen by the rights of the file
        }

        if (!rates.TryTake(client, perMinute))
        {
            return refusal;
        }

        var result = inner.Run(context, argument);
        if (result.Reply is not { IsPositive: true })
        {
            rates.GiveBack(client);
        }

        return result;
    }
}
