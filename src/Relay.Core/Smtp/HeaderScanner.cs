namespace Relay.Core.Smtp;

/// <summary>Follows the header section of a message as it passes, in pieces of any size, and counts its <c>Received:</c> fields (RFC 5321 §6.3).</summary>
internal sealed class HeaderScanner
{
    private const int NoMatch = -1;

    private int _matched;

    private static ReadOnlySpan<byte> FieldName => "received:"u8;

    /// <summary>Whether the empty line that ends the header section has not come yet.</summary>
    public bool IsOpen { get; private set; } = true;

    public int ReceivedFields { get; private set; }

    public void Begin()
    {
        IsOpen = true;
        ReceivedFields = 0;
        _matched = 0;
    }

    /// <summary>Looks at a piece of a line; never at more than one line.</summary>
    public void Scan(ReadOnlySpan<byte> piece)
    {
        if (!IsOpen)
        {
            return;
        }

        for (var index = 0; index < piece.Length && _matched != NoMatch; index++)
        {
            _matched = Lower(piece[index]) == FieldName[_matched] ? _matched + 1 : NoMatch;
            if (_matched == FieldName.Length)
            {
                ReceivedFields++;
                _matched = NoMatch;
            }
        }
    }

    public void EndLine(bool isEmpty)
    {
        IsOpen &= !isEmpty;
        _matched = 0;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
