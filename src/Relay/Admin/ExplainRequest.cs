namespace Relay.Admin;

/// <summary>A message that is only thought of.</summary>
/// <param name="From">Sender; left out or empty for the null sender.</param>
/// <param name="To">Recipients, at least one.</param>
/// <param name="Client">Address of the client; left out for one on a unix socket.</param>
/// <param name="Listener">Name of the listener that it comes in by; left out: the first by name.</param>
/// <param name="Size">Bytes; left out: small.</param>
/// <param name="SmtpUtf8">Whether it needs SMTPUTF8.</param>
/// <param name="EightBitMime">Whether BODY=8BITMIME is declared.</param>
/// <param name="User">User that the client logged in as; left out: it did not.</param>
internal sealed record ExplainRequest(
    string? From,
    IReadOnlyList<string>? To,
    string? Client = null,
    string? Listener = null,
    long? Size = null,
    bool SmtpUtf8 = false,
    bool EightBitMime = false,
    string? User = null
);
