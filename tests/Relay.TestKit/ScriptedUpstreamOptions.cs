using System.Security.Cryptography.X509Certificates;
using Relay.TestKit.Sasl;

namespace Relay.TestKit;

/// <summary>What a <see cref="ScriptedUpstream"/> offers. May be exchanged while it runs; connections that come later see the change.</summary>
public sealed record ScriptedUpstreamOptions
{
    /// <summary>Lines of the EHLO reply; STARTTLS and AUTH are added as the other options say.</summary>
    public IReadOnlyList<string> Extensions { get; init; } =
    ["PIPELINING", "SIZE 104857600", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"];

    /// <summary>What is said to DATA when no recipient was accepted; after 354 the message is read and forgotten.</summary>
    public string ReplyToDataWithoutRecipients { get; init; } = "503 5.5.1 RCPT first";

    /// <summary>A chunk that is refused is read and forgotten, as RFC 3030 §2 asks; a server that does not do so takes it for commands.</summary>
    public bool DiscardsRefusedChunks { get; init; } = true;

    /// <summary>After a message it still has the sender, answers the next MAIL with 503 and goes on with the old one: a server out of step.</summary>
    public bool KeepsSender { get; init; }

    /// <summary>With a certificate STARTTLS is offered, or TLS expected at once.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>TLS from the first byte.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>The one user there is; null: AUTH is not offered.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>Which users and passwords are taken by PLAIN and LOGIN, where there are several; null: the one user with the one password.</summary>
    public Func<string, string, bool>? TakesLogin { get; init; }

    /// <summary>Which access tokens are taken (XOAUTH2, OAUTHBEARER); null: the password is the one that is.</summary>
    public Func<string, bool>? TakesToken { get; init; }

    /// <summary>As offered behind AUTH: PLAIN, LOGIN, CRAM-MD5, SCRAM of SHA-1, SHA-256 and SHA-512, XOAUTH2 and OAUTHBEARER are understood.</summary>
    public string Mechanisms { get; init; } = "PLAIN LOGIN";

    /// <summary>How it proves to a client that asks for it (SCRAM) that it knows the password itself.</summary>
    public ServerProof ServerProof { get; init; } = ServerProof.Right;
}
