using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>What a client is told last when its session ends within a message.</summary>
internal static class Farewell
{
    public static SmtpReply After(DataEnd end) =>
        end switch
        {
            DataEnd.TimedOut => Replies.TimedOut,
            DataEnd.TooSlow => Replies.TooSlow,
            _ => Replies.ShuttingDown,
        };
}
