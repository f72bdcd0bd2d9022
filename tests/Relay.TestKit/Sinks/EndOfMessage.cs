namespace Relay.TestKit.Sinks;

/// <summary>
/// Recognises the end of a message, CRLF dot CRLF, in pieces of a stream. Nothing comes behind it before it is answered, so only the last bytes
/// of a piece have to be looked at.
/// </summary>
internal sealed class EndOfMessage
{
    private readonly byte[] _last = new byte[5];

    public bool IsReachedBy(ReadOnlySpan<byte> piece)
    {
        var kept = Math.Max(0, _last.Length - piece.Length);
        _last.AsSpan(_last.Length - kept).CopyTo(_last);
        piece[Math.Max(0, piece.Length - _last.Length)..].CopyTo(_last.AsSpan(kept));
        return _last.AsSpan().SequenceEqual("\r\n.\r\n"u8);
    }
}
