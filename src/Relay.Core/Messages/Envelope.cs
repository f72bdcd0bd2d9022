namespace Relay.Core.Messages;

/// <summary>What MAIL and RCPT said: sender, recipients and their ESMTP parameters, as received.</summary>
public sealed record Envelope
{
    public required MailPath Sender { get; init; }

    /// <summary>In the order of their RCPT commands; the same address may stand in it twice.</summary>
    public required IReadOnlyList<EnvelopeRecipient> Recipients { get; init; }

    /// <summary><c>BODY=</c> (RFC 6152 §3), <see cref="BodyType.Unspecified"/> when it was not given.</summary>
    public BodyType Body { get; init; }

    /// <summary><c>SMTPUTF8</c> was given (RFC 6531 §3.4).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary><c>REQUIRETLS</c> was given (RFC 8689 §2): only over TLS, to a server whose certificate is verified and that promises the same.</summary>
    public bool RequireTls { get; init; }

    /// <summary><c>SIZE=</c> in bytes (RFC 1870 §6): what the client claimed, not what came.</summary>
    public long? DeclaredSize { get; init; }

    /// <summary><c>RET=</c> (RFC 3461 §4.3).</summary>
    public DsnReturn Return { get; init; }

    /// <summary><c>ENVID=</c> in its xtext form, as received (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }
}

/// <summary>One RCPT command.</summary>
/// <param name="Path">The forward-path.</param>
/// <param name="Notify"><c>NOTIFY=</c> (RFC 3461 §4.1).</param>
/// <param name="OriginalRecipient"><c>ORCPT=</c> as received: <c>rfc822;xtext</c> (RFC 3461 §4.2).</param>
public sealed record EnvelopeRecipient(MailPath Path, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);

public enum BodyType
{
    Unspecified,
    SevenBit,
    EightBitMime,
}

public enum DsnReturn
{
    Unspecified,
    Full,
    Headers,
}

[Flags]
public enum DsnNotify
{
    Unspecified = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}
