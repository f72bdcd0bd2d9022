using System.Security.Cryptography;
using System.Text.Unicode;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>What a notice gives back of the original: its header section, or all of it. The bytes are never looked into further, nor changed.</summary>
internal sealed class ReturnedOriginal
{
    /// <summary>Longer header sections are cut: 64 KiB.</summary>
    public const int LongestHeaders = 64 * 1024;

    private readonly MessageBody _original;
    private readonly ReadOnlyMemory<byte> _headers;
    private readonly bool _isWhole;

    private ReturnedOriginal(MessageBody original, ReadOnlyMemory<byte> headers, bool isWhole)
    {
        _original = original;
        _headers = headers;
        _isWhole = isWhole;
        IsEightBit = !System.Text.Ascii.IsValid(headers.Span);
    }

    public bool IsEightBit { get; private set; }

    /// <summary>
    /// The media type. Header fields that are not ASCII are international ones (RFC 6533 §6) only if they are UTF-8; old mail that sends
    /// other charsets raw is returned as the mail it is.
    /// </summary>
    public string MediaType
    {
        get
        {
            var isInternational = !System.Text.Ascii.IsValid(_headers.Span) && Utf8.IsValid(_headers.Span);
            return (_isWhole, isInternational) switch
            {
                (true, true) => "message/global",
                (true, false) => "message/rfc822",
                (false, true) => "message/global-headers",
                (false, false) => "text/rfc822-headers",
            };
        }
    }

    public static async Task<ReturnedOriginal> ReadAsync(Notice notice, MessageBody original, CancellationToken cancellationToken)
    {
        var head = new byte[(int)Math.Min(original.Length, LongestHeaders)];
        var length = await original.ReadHeadAsync(head, cancellationToken);
        var headers = HeaderSection.Measure(head.AsSpan(0, length), length == original.Length);

        // RFC 3461 §4.3: RET speaks of failures only; other notices return the header section.
        // RFC 8689 §5: mail that must not be seen on its way is returned without its content, whatever RET says.
        var isWhole = notice is { Kind: NoticeKind.Failed, Envelope: { Return: DsnReturn.Full, RequireTls: false } };
        return new ReturnedOriginal(original, head.AsMemory(0, headers), isWhole);
    }

    /// <summary>Reads what will be returned once, for its digest and for <see cref="IsEightBit"/>.</summary>
    public ValueTask SurveyAsync(IncrementalHash digest, CancellationToken cancellationToken) =>
        ReadPiecesAsync(
            (piece, _) =>
            {
                digest.AppendData(piece.Span);
                IsEightBit |= !System.Text.Ascii.IsValid(piece.Span);
                return ValueTask.CompletedTask;
            },
            cancellationToken
        );

    public ValueTask CopyToAsync(MessageBodyWriter destination, CancellationToken cancellationToken) =>
        ReadPiecesAsync(
            (piece, token) =>
            {
                destination.Write(piece.Span);
                return destination.FlushAsync(token);
            },
            cancellationToken
        );

    private async ValueTask ReadPiecesAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
        CancellationToken cancellationToken
    )
    {
        if (!_isWhole)
        {
            await take(_headers, cancellationToken);
            return;
        }

        await using var pieces = new PieceStream(take);
        await _original.CopyToAsync(pieces, cancellationToken);
    }
}
