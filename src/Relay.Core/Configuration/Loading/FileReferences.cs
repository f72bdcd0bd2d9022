using System.Globalization;
using Relay.Core.Configuration.Validation;

namespace Relay.Core.Configuration.Loading;

/// <summary>Turns what a configuration says about files into what the program needs: full paths, and the secrets that lie in them.</summary>
/// <param name="folder">Where relative paths start: the folder of the configuration file.</param>
/// <param name="errors">Files and folders that are missing or unreadable are added here.</param>
internal sealed class FileReferences(string folder, ICollection<ConfigurationError> errors)
{
    /// <summary>Whether files are opened. Without that only paths are made whole.</summary>
    public bool ReadsFiles { get; init; } = true;

    public RelayOptions Resolve(RelayOptions options) =>
        options with
        {
            Limits = options.Limits with { TemporaryFolder = ResolveFolder(options.Limits.TemporaryFolder) },
            Spool = ResolveSpool(options.Spool),
            Admin = options.Admin with
            {
                Token = options.Admin.Token ?? ReadSecret(options.Admin.TokenFile, "Relay:Admin:TokenFile"),
                TokenFile = ResolvePath(options.Admin.TokenFile),
                ReadOnlyToken = options.Admin.ReadOnlyToken ?? ReadSecret(options.Admin.ReadOnlyTokenFile, "Relay:Admin:ReadOnlyTokenFile"),
                ReadOnlyTokenFile = ResolvePath(options.Admin.ReadOnlyTokenFile),
            },
            Telemetry = options.Telemetry with
            {
                OtlpHeaders =
                    options.Telemetry.OtlpHeaders ?? ReadSecret(options.Telemetry.OtlpHeadersFile, "Relay:Telemetry:OtlpHeadersFile"),
                OtlpHeadersFile = ResolvePath(options.Telemetry.OtlpHeadersFile),
            },
            Webhooks = options.Webhooks.ToDictionary(
                webhook => webhook.Key,
                webhook => ResolveWebhook($"Relay:Webhooks:{webhook.Key}:{nameof(WebhookOptions.SecretFile)}", webhook.Value),
                StringComparer.OrdinalIgnoreCase
            ),
            Pickup = options.Pickup with { Path = ResolvePath(options.Pickup.Path) },
            Tls = options.Tls with { Certificates = [.. options.Tls.Certificates.Select(ResolveCertificate)] },
            Access = options.Access with
            {
                ClientCertificates = [.. options.Access.ClientCertificates.Select(ResolveClients)],
                Users = options.Access.Users.ToDictionary(
                    user => user.Key,
                    user => ResolveUser($"Relay:Access:Users:{user.Key}:{nameof(UserOptions.PasswordHashFile)}", user.Value),
                    StringComparer.OrdinalIgnoreCase
                ),
            },
            Groups = options.Groups.ToDictionary(
                group => group.Key,
                group => ResolveGroup(group.Key, group.Value),
                StringComparer.OrdinalIgnoreCase
            ),
        };

    private SpoolOptions ResolveSpool(SpoolOptions spool)
    {
        const string Key = "Relay:Spool:ConnectionStringFile";
        var read = ReadSecret(spool.ConnectionStringFile, Key);
        if (read is not null && DatabaseValidation.Fault(read) is { } fault)
        {
            errors.Add(new ConfigurationError(Key, fault));
        }

        return spool with
        {
            Path = ResolvePath(spool.Path)!,
            ConnectionString = spool.ConnectionString ?? read,
            ConnectionStringFile = ResolvePath(spool.ConnectionStringFile),
        };
    }

    private GroupOptions ResolveGroup(string name, GroupOptions group) =>
        group with
        {
            Upstreams = group.Upstreams.ToDictionary(
                upstream => upstream.Key,
                upstream => ResolveUpstream($"Relay:Groups:{name}:Upstreams:{upstream.Key}", upstream.Value),
                StringComparer.OrdinalIgnoreCase
            ),
        };

    private UpstreamOptions ResolveUpstream(string key, UpstreamOptions upstream)
    {
        // Only to see whether it can be read: it is read again for each connection, so that a changed password takes effect.
        _ = ReadSecret(upstream.PasswordFile, $"{key}:PasswordFile");
        return upstream with
        {
            PasswordFile = ResolvePath(upstream.PasswordFile),
            OAuth2 = upstream.OAuth2 is { } oauth2 ? ResolveOAuth2($"{key}:{nameof(upstream.OAuth2)}", oauth2) : null,
        };
    }

    /// <summary>As the passwords: read again for each token.</summary>
    private OAuth2Options ResolveOAuth2(string key, OAuth2Options oauth2)
    {
        _ = ReadSecret(oauth2.ClientSecretFile, $"{key}:{nameof(oauth2.ClientSecretFile)}");
        _ = ReadSecret(oauth2.RefreshTokenFile, $"{key}:{nameof(oauth2.RefreshTokenFile)}");
        var account = ResolvePath(oauth2.ServiceAccountFile);
        if (ReadsFiles && !string.IsNullOrEmpty(account))
        {
            ServiceAccountFile.Check(account, $"{key}:{nameof(oauth2.ServiceAccountFile)}", errors);
        }

        return oauth2 with
        {
            ClientSecretFile = ResolvePath(oauth2.ClientSecretFile),
            RefreshTokenFile = ResolvePath(oauth2.RefreshTokenFile),
            ServiceAccountFile = account,
        };
    }

    /// <summary>Read here only to see whether it can be used, as the passwords are: it is read again when its files change.</summary>
    private CertificateOptions ResolveCertificate(CertificateOptions certificate, int index)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"Relay:Tls:Certificates:{index}");
        var resolved = certificate with
        {
            Path = ResolvePath(certificate.Path)!,
            KeyPath = ResolvePath(certificate.KeyPath),
            PasswordFile = ResolvePath(certificate.PasswordFile),
        };
        if (ReadsFiles && resolved.Path.Length > 0)
        {
            CertificateFile.Read(resolved, key, errors)?.Dispose();
        }

        return resolved;
    }

    private ClientCertificateOptions ResolveClients(ClientCertificateOptions clients, int index)
    {
        var resolved = clients with { IssuerPath = ResolvePath(clients.IssuerPath) };
        if (ReadsFiles && resolved.IssuerPath is { Length: > 0 } path)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"Relay:Access:ClientCertificates:{index}:IssuerPath");
            CertificateFile.ReadAuthorities(path, key, errors);
        }

        return resolved;
    }

    private WebhookOptions ResolveWebhook(string key, WebhookOptions webhook) =>
        webhook with
        {
            Secret = webhook.Secret ?? ReadSecret(webhook.SecretFile, key),
            SecretFile = ResolvePath(webhook.SecretFile),
        };

    private UserOptions ResolveUser(string key, UserOptions user)
    {
        if (ReadSecret(user.PasswordHashFile, key) is not { } hash)
        {
            return user with { PasswordHashFile = ResolvePath(user.PasswordHashFile) };
        }

        if (!PasswordHash.TryParse(hash, out _))
        {
            errors.Add(new ConfigurationError(key, "the first line of the file is not what relay hash-password prints"));
        }

        return user with
        {
            PasswordHash = hash,
            PasswordHashFile = ResolvePath(user.PasswordHashFile),
        };
    }

    private string? ResolvePath(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, folder);

    private string ResolveFolder(string path)
    {
        var full = ResolvePath(path)!;
        if (ReadsFiles && !Directory.Exists(full))
        {
            errors.Add(new ConfigurationError("Relay:Limits:TemporaryFolder", $"the folder \"{full}\" does not exist"));
        }

        return full;
    }

    private string? ReadSecret(string? path, string key)
    {
        if (!ReadsFiles || ResolvePath(path) is not { Length: > 0 } full)
        {
            return null;
        }

        return SecretFile.Read(full, key, errors);
    }
}
