using MimeKit;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// A MIME part in name only: where MailKit writes the content of a message, the stored bytes of the whole message are written, header and all, so that
/// nothing is parsed, encoded or folded anew and signatures survive. One per session, pointed at each body in turn.
/// </summary>
/// <remarks>MimeKit creates it by <see cref="ParserOptions.RegisterMimeType"/>, which wants this constructor.</remarks>
/// <param name="args">What the parser read of the stub.</param>
internal sealed class RawBodyPart(MimeEntityConstructorArgs args) : MimePart(args)
{
    /// <summary>The message that is being sent.</summary>
    internal OutgoingTransaction? Source { get; set; }

    /// <summary>Leaves everything as it is.</summary>
    public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78)
    {
        // MailKit would choose a transfer encoding here; the bytes have one already.
    }

    /// <summary>Not used: MailKit is only called asynchronously.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A stored body is written asynchronously.");

    /// <summary>Copies the stored bytes; when it returns, the final dot may go out.</summary>
    public override async Task WriteToAsync(
        FormatOptions options,
        Stream stream,
        bool contentOnly,
        CancellationToken cancellationToken = default
    )
    {
        var source = Source ?? throw new InvalidOperationException("No message is being sent.");
        source.BodyBegins();
        await source.Body.CopyToAsync(stream, cancellationToken);
        source.DotFollows();
    }
}
