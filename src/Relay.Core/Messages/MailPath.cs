namespace Relay.Core.Messages;

/// <summary>
/// A reverse-path or forward-path (RFC 5321 §4.1.2) as it was received, without its angle brackets. It is never rewritten: what came
/// in goes out. The text is the UTF-8 of the wire; no path holds CR, LF or NUL.
/// </summary>
public sealed class MailPath : IEquatable<MailPath>
{
    /// <summary>RFC 5321 §4.5.3.1.3 allows 256 octets with the brackets; real addresses of bounce processors are longer.</summary>
    public const int MaximumLength = 1000;

    /// <summary>The null reverse-path <c>&lt;&gt;</c> of bounces (RFC 5321 §4.5.5).</summary>
    public static readonly MailPath Null = new("");

    private readonly int _mailboxStart;
    private readonly int _at;

    /// <param name="text">What stood between the angle brackets, source route included.</param>
    /// <exception cref="ArgumentException">The text holds CR, LF or NUL, or is longer than <see cref="MaximumLength"/>.</exception>
    public MailPath(string text)
    {
        if (text.AsSpan().ContainsAny("\r\n\0"))
        {
            throw new ArgumentException("A path holds no CR, LF or NUL.", nameof(text));
        }

        if (text.Length > MaximumLength)
        {
            throw new ArgumentException("The path is too long.", nameof(text));
        }

        Text = text;
        _mailboxStart = SourceRouteLength(text);
        _at = text.LastIndexOf('@');
        if (_at < _mailboxStart)
        {
            _at = text.Length;
        }
    }

    /// <summary>What stood between the angle brackets.</summary>
    public string Text { get; }

    public bool IsNull => Text.Length == 0;

    /// <summary>The mailbox without a source route: <c>user@example.com</c>, or <c>Postmaster</c>.</summary>
    public ReadOnlySpan<char> Mailbox => Text.AsSpan(_mailboxStart);

    /// <summary>The part before the last <c>@</c>, quotes included.</summary>
    public ReadOnlySpan<char> LocalPart => Text.AsSpan(_mailboxStart, _at - _mailboxStart);

    /// <summary>The part behind the last <c>@</c>; empty for <c>Postmaster</c> and the null path.</summary>
    public ReadOnlySpan<char> Domain => _at < Text.Length ? Text.AsSpan(_at + 1) : default;

    /// <summary>Whether a server without SMTPUTF8 can be given this path (RFC 6531 §3.1).</summary>
    public bool IsAscii => System.Text.Ascii.IsValid(Text);

    public bool Equals(MailPath? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as MailPath);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>The path with its angle brackets, as it stands in a command.</summary>
    public override string ToString() => $"<{Text}>";

    private static int SourceRouteLength(string text)
    {
        // A-d-l ":" of RFC 5321 §4.1.2: "@one,@two:user@three".
        return text.StartsWith('@') ? text.IndexOf(':', StringComparison.Ordinal) + 1 : 0;
    }
}
