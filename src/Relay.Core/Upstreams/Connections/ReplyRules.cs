namespace Relay.Core.Upstreams.Connections;

/// <summary>Tells replies that decide something from those that fit nowhere.</summary>
internal static class ReplyRules
{
    public const int StartMailInput = 354;
    public const int ServiceClosing = 421;

    /// <summary>
    /// Whether a reply says yes or no to what was asked. 421 ends the session whatever was asked (RFC 5321 §3.8); 500, 502 and 503 say that client and server
    /// are out of step, except for the dot, where every 5yz means that the message was not taken.
    /// </summary>
    public static bool IsVerdict(TransactionStage stage, int code)
    {
        if (code == ServiceClosing)
        {
            return false;
        }

        var isOutOfStep = stage != TransactionStage.Dot && IsOutOfStep(code);
        var isPositive = stage switch
        {
            TransactionStage.Mail => code is >= 250 and < 260,
            TransactionStage.Data => code == StartMailInput,
            _ => code is >= 200 and < 300,
        };
        return isPositive || code is >= 400 and < 500 || (code is >= 500 and < 600 && !isOutOfStep);
    }

    /// <summary>The server did not know the command, or not here.</summary>
    public static bool IsOutOfStep(int code) => code is 500 or 502 or 503;
}
