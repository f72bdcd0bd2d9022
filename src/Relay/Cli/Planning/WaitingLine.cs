namespace Relay.Cli.Planning;

/// <summary>Erlang's formula C: how often, and how long, a message waits for a free connection when messages come by chance.</summary>
internal static class WaitingLine
{
    /// <summary>0 to 1: the share of the messages that wait.</summary>
    /// <param name="connections">That any of them may take.</param>
    /// <param name="busy">Of them on average, by Little's law; all wait from <paramref name="connections"/> on.</param>
    public static double ShareThatWaits(int connections, double busy)
    {
        if (busy <= 0)
        {
            return 0;
        }

        if (connections == 0 || busy >= connections)
        {
            return 1;
        }

        var blocked = 1.0; // formula B, from one connection to the next
        for (var count = 1; count <= connections; count++)
        {
            blocked = busy * blocked / (count + (busy * blocked));
        }

        return blocked / (1 - (busy / connections * (1 - blocked)));
    }

    /// <summary>Average over all messages, in seconds; infinite when the line only grows.</summary>
    /// <inheritdoc cref="ShareThatWaits"/>
    /// <param name="connections">That any of them may take.</param>
    /// <param name="busy">Of them on average.</param>
    /// <param name="replySeconds">Time of a delivery.</param>
    public static double MeanWait(int connections, double busy, double replySeconds) =>
        busy <= 0 ? 0
        : busy >= connections ? double.PositiveInfinity
        : ShareThatWaits(connections, busy) * replySeconds / (connections - busy);
}
