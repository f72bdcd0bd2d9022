namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>An address to send from and to, and how MailKit writes it.</summary>
/// <param name="Text">As the client of Relay gave it, and as Relay's own client has to write it.</param>
/// <param name="ByMailKit">As MailKit writes it; null where it cannot be expressed.</param>
/// <param name="WithSmtpUtf8">As MailKit writes it in a transaction that uses SMTPUTF8; the same as otherwise when null.</param>
internal sealed record TestAddress(string Text, string? ByMailKit, string? WithSmtpUtf8 = null)
{
    public static readonly IReadOnlyList<TestAddress> All =
    [
        Plain("r@example.com"),
        Plain("R@example.com"),
        Plain("s@Example.COM"),
        Plain("user+tag=x@example.com"),
        Plain("r%other@example.com"),
        Plain("\"quoted part\"@example.com"),
        Plain("Postmaster"),
        Plain("r@[192.0.2.1]"),
        Plain("bücher@example.com"),
        Plain("r@bücher.example"),
        new("r@xn--bcher-kva.example", "r@xn--bcher-kva.example", "r@bücher.example"),
        new("@one.example,@two.example:routed@example.com", "routed@example.com"),
        new("a..b@example.com", null),
        new("dot.@example.com", null),
        new("r@example.com.", null),
    ];

    public bool IsAscii => System.Text.Ascii.IsValid(Text);

    /// <summary>MailKit reads its domain as an internationalised one and would write it in Unicode.</summary>
    public bool IsAsciiIdn => WithSmtpUtf8 is not null;

    private static TestAddress Plain(string text) => new(text, text);
}
