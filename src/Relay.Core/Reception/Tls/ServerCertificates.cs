using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;

namespace Relay.Core.Reception.Tls;

/// <summary>
/// Holds the certificates that handshakes are done with, and replaces all of them at once when files or configuration have changed. What cannot be used replaces nothing.
/// </summary>
internal sealed class ServerCertificates
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificates> _logger;
    private readonly Lock _lock = new();
    private RelayOptions _options;
    private string? _fingerprint;
    private DateTimeOffset _warned;
    private volatile TlsMaterial _current = new(
        new CertificateSet([]),
        new ClientCertificateRules(new HashSet<string>(StringComparer.Ordinal), [])
    );

    /// <param name="options">Checked already: that its files can be used.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of each certificate, and of those that end soon.</param>
    public ServerCertificates(RelayOptions options, TimeProvider time, ILogger<ServerCertificates> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        Apply(options);
    }

    /// <summary>For the next handshake.</summary>
    public TlsMaterial Current => _current;

    /// <summary>Reads the certificates that these options name, unless they are those that were read last.</summary>
    public void Apply(RelayOptions options)
    {
        lock (_lock)
        {
            _options = options;
            var fingerprint = Fingerprint();
            if (fingerprint == _fingerprint)
            {
                return;
            }

            _fingerprint = fingerprint; // also of what cannot be used: that is told once
            Load();
        }
    }

    /// <summary>Reads the files again if they have changed since they were read last.</summary>
    public void Refresh() => Apply(_options);

    /// <summary>Stands for all that is in the files now, whether it can be used or not.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var certificate in _options.Tls.Certificates)
        {
            Append(hash, certificate.Path);
            Append(hash, certificate.KeyPath);
            Append(hash, certificate.PasswordFile);
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{certificate.Password}\n"));
        }

        foreach (var clients in _options.Access.ClientCertificates)
        {
            Append(hash, clients.IssuerPath);
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{clients.Fingerprint}\n"));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Warns of certificates that end soon, at most once a day.</summary>
    public void WarnOfExpiry()
    {
        var now = _time.GetUtcNow();
        if (now - _warned < Day || _options.Tls.ExpiryWarning == TimeSpan.Zero)
        {
            return;
        }

        _warned = now;
        foreach (var certificate in _current.Certificates.All.Where(certificate => certificate.Expires - now < _options.Tls.ExpiryWarning))
        {
            if (certificate.Expires <= now)
            {
                _logger.CertificateExpired(certificate.Path, Names(certificate), certificate.Expires);
            }
            else
            {
                _logger.CertificateExpires(
                    certificate.Path,
                    Names(certificate),
                    certificate.Expires,
                    (int)Math.Ceiling((certificate.Expires - now).TotalDays)
                );
            }
        }
    }

    private void Load()
    {
        var errors = new List<ConfigurationError>();
        var loaded = _options.Tls.Certificates.Select((options, index) => Read(options, index, errors)).ToList();
        var clients = ReadClients(errors);
        if (errors.Count > 0)
        {
            _logger.CertificatesRefused(string.Join("; ", errors));
            return;
        }

        _current = new TlsMaterial(new CertificateSet([.. loaded.OfType<ServerCertificate>()]), clients);
        foreach (var certificate in _current.Certificates.All)
        {
            _logger.CertificateLoaded(certificate.Path, Names(certificate), certificate.Expires);
        }

        _warned = default;
        WarnOfExpiry();
    }

    private static ServerCertificate? Read(CertificateOptions options, int index, List<ConfigurationError> errors) =>
        CertificateFile.Read(options, FormattableString.Invariant($"Relay:Tls:Certificates:{index}"), errors) is { } loaded
            ? ServerCertificate.Of(options.Path, loaded)
            : null;

    private ClientCertificateRules ReadClients(List<ConfigurationError> errors)
    {
        var fingerprints = new HashSet<string>(StringComparer.Ordinal);
        var authorities = new X509Certificate2Collection();
        foreach (var clients in _options.Access.ClientCertificates)
        {
            if (clients.Fingerprint is { Length: > 0 } fingerprint)
            {
                fingerprints.Add(fingerprint.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant());
            }

            if (clients.IssuerPath is { Length: > 0 } path)
            {
                authorities.AddRange(CertificateFile.ReadAuthorities(path, "Relay:Access:ClientCertificates", errors));
            }
        }

        return new ClientCertificateRules(fingerprints, authorities);
    }

    private static string Names(ServerCertificate certificate) => string.Join(", ", certificate.Names);

    private static void Append(IncrementalHash hash, string? path)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"\n{path}\n"));
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            hash.AppendData("\0"u8); // a file that is away is a change too; Load says what is wrong with it
        }
    }
}
