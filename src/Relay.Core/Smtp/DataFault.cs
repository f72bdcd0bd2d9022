namespace Relay.Core.Smtp;

/// <summary>Why a message is refused after its end of data.</summary>
internal enum DataFault
{
    None,

    /// <summary>A CR or LF that stands alone (RFC 5321 §2.3.8).</summary>
    BareNewline,

    /// <summary>A NUL byte, which RFC 5321 §2.3.1 and RFC 5322 do not know.</summary>
    Nul,

    LineTooLong,

    TooLarge,

    /// <summary>The message is in order; the place to keep it failed.</summary>
    NotStored,
}
