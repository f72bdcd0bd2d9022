using System.Buffers;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Smtp;

/// <summary>
/// Reads the mail data of one message (RFC 5321 §4.1.1.4): takes the dots out, checks and counts while it reads, and knows one end only,
/// the literal CRLF.CRLF of the wire. A message in chunks (RFC 3030) has neither dots nor an end of its own; all other rules are the same.
/// Input may be cut anywhere; used for one message after the other.
/// </summary>
/// <remarks>
/// A message that breaks a rule is read on to its end, since the client does not listen before, but nothing more of it is kept.
/// A bare CR or LF never makes a line of the wire: no dot behind one ends the data or is taken out (SMTP smuggling, CVE-2023-51764).
/// </remarks>
internal sealed class DataReader(BareNewlineHandling bareNewlines, long maximumSize, int maximumLineLength)
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';
    private const byte Dot = (byte)'.';

    private static readonly SearchValues<byte> Special = SearchValues.Create("\r\n\0"u8);

    private readonly HeaderScanner _header = new();
    private Position _position;
    private int _lineLength;
    private bool _isChunked;

    /// <summary>The first rule that the message breaks.</summary>
    public DataFault Fault { get; private set; }

    /// <summary>Bytes of the message without stuffed dots; not counted on behind a fault.</summary>
    public long Size { get; private set; }

    public BodyTraits Traits { get; private set; }

    /// <summary><c>Received:</c> fields in the header section: the hops behind the message.</summary>
    public int ReceivedFields => _header.ReceivedFields;

    /// <param name="isChunked">The message comes by BDAT: whoever reads the chunks knows where they end.</param>
    public void Begin(bool isChunked = false)
    {
        _header.Begin();
        _isChunked = isChunked;
        // The CRLF of the DATA command: a first line of a dot alone is an empty message. In chunks no dot means anything anywhere.
        _position = isChunked ? Position.InLine : Position.LineStart;
        _lineLength = 0;
        Fault = DataFault.None;
        Size = 0;
        Traits = BodyTraits.None;
    }

    /// <summary>Nothing more is kept: the body cannot be stored.</summary>
    public void Abandon() => Fault = Fault == DataFault.None ? DataFault.NotStored : Fault;

    /// <summary>The last chunk was read: a CR at its very end has stood alone.</summary>
    public void EndChunks(MessageBodyWriter body)
    {
        if (_position == Position.AfterCr)
        {
            TakeBareNewline(body);
        }
    }

    /// <summary>Reads on; true when the end of data was found.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="body">Takes the bytes of the message.</param>
    /// <param name="consumed">Everything before it was read; it is the end of <paramref name="input"/> unless the data ended earlier.</param>
    public bool Read(in ReadOnlySequence<byte> input, MessageBodyWriter body, out SequencePosition consumed)
    {
        var count = 0L;
        foreach (var segment in input)
        {
            count += Read(segment.Span, body);
            if (_position == Position.End)
            {
                break;
            }
        }

        consumed = input.GetPosition(count);
        return _position == Position.End;
    }

    private int Read(ReadOnlySpan<byte> bytes, MessageBodyWriter body)
    {
        var index = 0;
        while (index < bytes.Length && _position != Position.End)
        {
            index += _position == Position.InLine ? ReadLine(bytes[index..], body) : Step(bytes[index], body);
        }

        return index;
    }

    // The long way of the bytes: up to the next CR, LF or NUL at once.
    private int ReadLine(ReadOnlySpan<byte> bytes, MessageBodyWriter body)
    {
        var index = bytes.IndexOfAny(Special);
        if (index < 0)
        {
            Take(bytes, body);
            return bytes.Length;
        }

        if (bytes[index] == Cr && index + 1 < bytes.Length && bytes[index + 1] == Lf)
        {
            Take(bytes[..(index + 2)], body);
            EndLine(Position.LineStart);
            return index + 2;
        }

        Take(bytes[..index], body);
        switch (bytes[index])
        {
            case Cr:
                _position = Position.AfterCr;
                break;
            case Lf:
                TakeBareNewline(body);
                break;
            default:
                Refuse(DataFault.Nul);
                break;
        }

        return index + 1;
    }

    // Around line ends one byte is decided at a time; 0 says that the byte is to be looked at again from the new position.
    private int Step(byte next, MessageBodyWriter body)
    {
        switch (_position)
        {
            case Position.LineStart:
                _position = next == Dot ? Position.AfterDot : Position.InLine;
                return next == Dot ? 1 : 0;

            case Position.AfterDot when next == Cr:
                _position = Position.AfterDotCr;
                return 1;

            case Position.AfterDot:
                if (next == Lf)
                {
                    Take("."u8, body); // not an end: a line of a dot alone, once the LF is a line end
                }

                _position = Position.InLine; // otherwise the dot was stuffed (RFC 5321 §4.5.2)
                return 0;

            case Position.AfterDotCr when next == Lf:
                _position = Position.End;
                return 1;

            case Position.AfterDotCr:
                Take("."u8, body);
                TakeBareNewline(body);
                return 0;

            case Position.AfterCr when next == Lf:
                Take("\r\n"u8, body);
                EndLine(Position.LineStart);
                return 1;

            default:
                TakeBareNewline(body);
                return 0;
        }
    }

    private void TakeBareNewline(MessageBodyWriter body)
    {
        if (bareNewlines == BareNewlineHandling.Reject)
        {
            Refuse(DataFault.BareNewline);
            _position = Position.InLine;
            return;
        }

        Take("\r\n"u8, body);
        EndLine(Position.InLine); // on the wire no line begins here, so a dot that follows is content
    }

    private void EndLine(Position next)
    {
        _header.EndLine(isEmpty: _lineLength == 2);
        _lineLength = 0;
        _position = _isChunked ? Position.InLine : next;
    }

    private void Take(ReadOnlySpan<byte> bytes, MessageBodyWriter body)
    {
        _lineLength = (int)Math.Min(_lineLength + (long)bytes.Length, int.MaxValue);
        if (Fault != DataFault.None)
        {
            return;
        }

        Size += bytes.Length;
        if (_lineLength > maximumLineLength)
        {
            Refuse(DataFault.LineTooLong);
        }
        else if (Size > maximumSize)
        {
            Refuse(DataFault.TooLarge);
        }
        else
        {
            Inspect(bytes);
            body.Write(bytes);
        }
    }

    private void Inspect(ReadOnlySpan<byte> bytes)
    {
        var trait = _header.IsOpen ? BodyTraits.EightBitHeader : BodyTraits.EightBitContent;
        if (!Traits.HasFlag(trait) && !Ascii.IsValid(bytes))
        {
            Traits |= trait;
        }

        _header.Scan(bytes);
    }

    private void Refuse(DataFault fault)
    {
        if (Fault == DataFault.None)
        {
            Fault = fault;
        }
    }

    private enum Position
    {
        /// <summary>Behind a CRLF of the wire, the only place where a dot means something.</summary>
        LineStart,
        InLine,
        AfterCr,
        AfterDot,
        AfterDotCr,
        End,
    }
}
