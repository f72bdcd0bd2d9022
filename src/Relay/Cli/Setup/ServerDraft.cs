using System.Globalization;
using Relay.Cli.Probing;
using Relay.Core.Configuration;

namespace Relay.Cli.Setup;

/// <summary>A server on its way into a configuration.</summary>
internal sealed record ServerDraft
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    public required EndpointAddress Address { get; init; }

    public UpstreamPreset Preset { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>The file that the password came from; null when it was typed and is yet to be kept.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The only certificate that is trusted; null for those of the usual authorities.</summary>
    public string? Pin { get; init; }

    /// <summary>What it showed of itself; null when it was not asked.</summary>
    public ProbeReport? Report { get; init; }

    /// <summary>TLS as mail will use it: once seen it is asked for, so that nobody can strip it.</summary>
    public UpstreamTls Tls =>
        Address.Port == ImplicitTlsPort ? UpstreamTls.Implicit
        : Report?.Tls is not null || Preset != UpstreamPreset.None ? UpstreamTls.StartTls
        : UpstreamTls.Auto;

    private const int ImplicitTlsPort = 465;

    /// <summary>Whether a user may log in: AUTH is offered, and over TLS, since no password goes out in clear text. Nobody knows of a server that was not asked.</summary>
    public bool TakesLogin =>
        Report is null or { Works: false }
        || (
            Report.Tls is not null
            && Report.Extensions.Any(static extension => extension.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase))
        );

    /// <summary>Bytes that it takes; null when it does not say.</summary>
    public long? Size =>
        Report?.Extensions.Select(static extension => extension.Split(' ')) is { } extensions
        && extensions.FirstOrDefault(static words => words is ["SIZE", _]) is [_, var text]
        && long.TryParse(text, CultureInfo.InvariantCulture, out var size)
        && size > 0
            ? size
            : null;

    /// <summary>For a probe.</summary>
    public UpstreamOptions Options =>
        new()
        {
            Address = Address.ToString(),
            Tls = Tls,
            Certificate = Pin ?? "Verify",
            UserName = UserName,
            Password = Password,
        };
}
