namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// Follows the replies of a server byte by byte beside MailKit, which tells neither when a reply was complete nor whether a dialogue ended by
/// nonsense or by a closed connection.
/// </summary>
internal sealed class ReplyScanner
{
    private int _column;
    private int _code;
    private int _codeOfReply;
    private bool _continues;

    /// <summary>Code of the last complete reply; 0 before the first.</summary>
    public int LastCode { get; private set; }

    /// <summary>Whether something came that is no reply (RFC 5321 §4.2).</summary>
    public bool SawGarbage { get; private set; }

    /// <summary>Takes what came from the server; true when it completed at least one reply.</summary>
    public bool Scan(ReadOnlySpan<byte> bytes)
    {
        var isComplete = false;
        foreach (var value in bytes)
        {
            if (value == (byte)'\n')
            {
                isComplete |= EndLine();
            }
            else
            {
                Take(value);
            }
        }

        return isComplete;
    }

    private void Take(byte value)
    {
        if (_column < 3)
        {
            SawGarbage |= !char.IsAsciiDigit((char)value);
            _code = (_code * 10) + value - '0';
        }
        else if (_column == 3)
        {
            _continues = value == (byte)'-';
            SawGarbage |= !_continues && value is not ((byte)' ' or (byte)'\r');
        }

        _column = Math.Min(_column + 1, 4);
    }

    private bool EndLine()
    {
        SawGarbage |= _column < 3 || (_codeOfReply != 0 && _codeOfReply != _code);
        var isLast = !_continues;
        _codeOfReply = isLast ? 0 : _code;
        LastCode = isLast ? _code : LastCode;
        (_column, _code, _continues) = (0, 0, false);
        return isLast;
    }
}
