namespace Relay.Core.Configuration;

/// <summary>One certificate with its private key; its names are those it holds itself.</summary>
public sealed record CertificateOptions
{
    /// <summary>PEM file of the certificate and those of its issuers, or a PFX (PKCS #12) file.</summary>
    public string Path { get; init; } = "";

    /// <summary>PEM file of the private key; default: it is in <see cref="Path"/>.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Of a PFX file, or of an encrypted key.</summary>
    [Secret]
    public string? Password { get; init; }

    /// <summary>File whose first line is the password; instead of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Without what is secret: a record would print all it has into a log or the text of an exception.</summary>
    public override string ToString() => $"{nameof(CertificateOptions)} {Path}";
}
