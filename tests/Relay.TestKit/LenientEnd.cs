namespace Relay.TestKit;

/// <summary>
/// Finds the end of a message as the most careless server would: CR, LF or both, a dot, and CR or LF again, with a NUL before or behind the dot. That takes in every
/// way of writing it that some server has been known to take.
/// </summary>
internal sealed class LenientEnd
{
    private Position _position = Position.LineStart;

    /// <summary>Takes the next byte; true when it ends the message.</summary>
    public bool Take(byte next)
    {
        var isNewline = next is (byte)'\r' or (byte)'\n';
        var isEnd = isNewline && _position is (Position.AfterDot or Position.AfterDotNul);
        _position = (_position, next) switch
        {
            (_, (byte)'\r' or (byte)'\n') => Position.LineStart,
            (Position.LineStart or Position.AfterNul, (byte)'.') => Position.AfterDot,
            (Position.LineStart, 0) => Position.AfterNul,
            (Position.AfterDot, 0) => Position.AfterDotNul,
            _ => Position.InLine,
        };
        return isEnd;
    }

    private enum Position
    {
        LineStart,
        AfterNul,
        AfterDot,
        AfterDotNul,
        InLine,
    }
}
