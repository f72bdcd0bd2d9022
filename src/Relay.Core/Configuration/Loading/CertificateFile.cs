using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Configuration.Loading;

/// <summary>Reads certificates: PEM, with the key beside or within, and PFX. What is wrong is said with the key of the configuration.</summary>
internal static class CertificateFile
{
    private const string PemBegin = "-----BEGIN ";
    private const string EncryptedKey = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    /// <summary>A certificate with its private key, or null and an error.</summary>
    /// <param name="options">With full paths.</param>
    /// <param name="key">Key of the certificate in the configuration.</param>
    /// <param name="errors">What is wrong is added here.</param>
    public static LoadedCertificate? Read(CertificateOptions options, string key, ICollection<ConfigurationError> errors)
    {
        var before = errors.Count;
        var password = string.IsNullOrEmpty(options.PasswordFile)
            ? options.Password
            : SecretFile.Read(options.PasswordFile, $"{key}:{nameof(options.PasswordFile)}", errors);
        var content = ReadBytes(options.Path, $"{key}:{nameof(options.Path)}", errors);
        var keyContent = string.IsNullOrEmpty(options.KeyPath)
            ? content
            : ReadBytes(options.KeyPath, $"{key}:{nameof(options.KeyPath)}", errors);
        if (errors.Count > before)
        {
            return null;
        }

        try
        {
            var text = TextOf(content!);
            return text is null ? ReadPfx(content!, password) : ReadPem(text, TextOf(keyContent!) ?? "", password);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            errors.Add(new ConfigurationError($"{key}:{nameof(options.Path)}", Explain(options, failure)));
            return null;
        }
    }

    /// <summary>The certificates of authorities in a PEM file; empty, with an error, if there is none.</summary>
    public static X509Certificate2Collection ReadAuthorities(string path, string key, ICollection<ConfigurationError> errors)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(File.ReadAllText(path));
            if (authorities.Count == 0)
            {
                errors.Add(new ConfigurationError(key, $"\"{path}\" holds no certificate in PEM form"));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.Add(new ConfigurationError(key, $"cannot be read: {failure.Message}"));
        }

        return authorities;
    }

    private static byte[]? ReadBytes(string path, string key, ICollection<ConfigurationError> errors)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(key, $"cannot be read: {failure.Message}"));
            return null;
        }
    }

    /// <summary>Null for a file that is not PEM, whatever its name says. PEM files may have any text before the first block.</summary>
    private static string? TextOf(byte[] content)
    {
        var text = System.Text.Encoding.Latin1.GetString(content);
        return text.Contains(PemBegin, StringComparison.Ordinal) ? text : null;
    }

    private static LoadedCertificate ReadPem(string certificates, string privateKey, string? password)
    {
        using var pair = privateKey.Contains(EncryptedKey, StringComparison.Ordinal)
            ? X509Certificate2.CreateFromEncryptedPem(certificates, privateKey, password)
            : X509Certificate2.CreateFromPem(certificates, privateKey);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificates);
        return new LoadedCertificate(WithLastingKey(pair), chain);
    }

    /// <summary>Windows takes for TLS only keys that it keeps itself, not those that came from PEM.</summary>
    private static X509Certificate2 WithLastingKey(X509Certificate2 pair) =>
        OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), password: null)
            : new X509Certificate2(pair);

    private static LoadedCertificate ReadPfx(byte[] content, string? password)
    {
        var chain = X509CertificateLoader.LoadPkcs12Collection(content, password);
        var certificate = chain.FirstOrDefault(static candidate => candidate.HasPrivateKey);
        if (certificate is null)
        {
            throw new CryptographicException("It holds no private key.");
        }

        chain.Remove(certificate);
        return new LoadedCertificate(certificate, chain);
    }

    private static string Explain(CertificateOptions options, Exception failure)
    {
        var files = string.IsNullOrEmpty(options.KeyPath) ? $"\"{options.Path}\"" : $"\"{options.Path}\" with \"{options.KeyPath}\"";
        return $"{files} is no usable certificate with its private key (PEM, or PFX with its password): {failure.Message}";
    }
}
