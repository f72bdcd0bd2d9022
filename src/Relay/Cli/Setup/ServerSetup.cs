using Relay.Cli.Probing;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Presets;

namespace Relay.Cli.Setup;

/// <summary>Makes drafts of servers: from options, or by asking for them one after the other. Each is looked at as mail would use it.</summary>
/// <param name="context">The terminal.</param>
/// <param name="dialogue">Null where nobody can be asked.</param>
/// <param name="probes">Whether servers are looked at.</param>
/// <param name="pins">Whether certificates that no authority stands for are trusted as they are now.</param>
internal sealed class ServerSetup(CommandContext context, Dialogue? dialogue, bool probes, bool pins)
{
    private const int SmtpPort = 25;
    private const string Group = "default";

    private readonly List<ServerDraft> _servers = [];

    public IReadOnlyList<ServerDraft> Servers => _servers;

    /// <exception cref="SetupStopped">It is no address, or does not work.</exception>
    public async Task AddAsync(string address, string? user, string? password, string? passwordFile, CancellationToken cancellationToken)
    {
        var server = DraftOf(address) with { UserName = user, Password = password, PasswordFile = passwordFile };
        Tell(server);
        _servers.Add(await FoundGoodAsync(server, cancellationToken));
    }

    /// <summary>Until there are no more.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        while (
            dialogue!.Ask(_servers.Count == 0 ? "SMTP server, as host:port" : "Another server, as host:port (empty when there is none)")
                is { Length: > 0 } address
        )
        {
            try
            {
                var server = DraftOf(address);
                Tell(server);
                server = await FoundGoodAsync(server, cancellationToken);
                _servers.Add(server.TakesLogin ? await WithLoginAsync(server, cancellationToken) : server);
            }
            catch (SetupStopped left) when (left.Message.Length > 0)
            {
                dialogue.Say(left.Message);
            }
        }
    }

    private ServerDraft DraftOf(string text)
    {
        if (!EndpointAddress.TryParse(text, SmtpPort, out var address) || address is { UnixPath: null, Port: 0 } or { Host: "*" })
        {
            throw new SetupStopped($"\"{text}\" is not an address such as mail.example.com:587");
        }

        if (_servers.Exists(server => string.Equals(server.Address.ToString(), address.ToString(), StringComparison.OrdinalIgnoreCase)))
        {
            throw new SetupStopped($"{address} is there already");
        }

        var preset = PresetRecognition.Of(address);
        if (ProviderPresets.Find(preset) is { } known && !EndpointAddress.TryParse(text, defaultPort: null, out _))
        {
            // Written without a port: that of the provider, which is none of those that hosts of users are kept away from.
            address = EndpointAddress.TryParse($"{text}:{known.Address.Split(':')[1]}", SmtpPort, out var usual) ? usual : address;
        }

        return new ServerDraft
        {
            Name = ServerNames.For(address, preset, [.. _servers.Select(static server => server.Name)]),
            Address = address,
            Preset = preset,
        };
    }

    private void Tell(ServerDraft server)
    {
        context.Error.WriteLine(
            server.Preset == UpstreamPreset.None
                ? $"{server.Address}"
                : $"{server.Address} is known: the preset {server.Preset} brings its limits, and docs/providers.md what to set there."
        );
    }

    private async Task<ServerDraft> FoundGoodAsync(ServerDraft server, CancellationToken cancellationToken)
    {
        var found = await ProbeAsync(server, cancellationToken);
        if (found.Report is { Works: false, Certificate: { } certificate } && server.Pin is null && TrustsPin(certificate.Pin))
        {
            found = await ProbeAsync(server with { Pin = certificate.Pin }, cancellationToken);
        }

        if (found.Report is { Works: false } && dialogue?.IsAgreed("Keep it all the same?", otherwise: false) != true)
        {
            throw new SetupStopped(
                dialogue is null ? $"{server.Address} does not work; --no-probe writes it all the same" : $"{server.Address} was left out"
            );
        }

        return found;
    }

    private bool TrustsPin(string pin) =>
        pins || dialogue?.IsAgreed($"No authority stands for this certificate. Trust exactly it, SHA-256 {pin}?", otherwise: false) == true;

    private async Task<ServerDraft> WithLoginAsync(ServerDraft server, CancellationToken cancellationToken)
    {
        while (dialogue!.Ask("User name (empty for none)") is { Length: > 0 } user)
        {
            var password = dialogue.AskHidden("Password");
            var found = await ProbeAsync(server with { UserName = user, Password = password }, cancellationToken);
            if (found.Report is not { Works: false } || dialogue.IsAgreed("Keep this user all the same?", otherwise: false))
            {
                return found;
            }
        }

        return server;
    }

    private async Task<ServerDraft> ProbeAsync(ServerDraft server, CancellationToken cancellationToken)
    {
        if (!probes)
        {
            return server;
        }

        var group = new GroupOptions
        {
            Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase) { [server.Name] = server.Options },
        };
        var options = new RelayOptions
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase) { [Group] = group },
        };
        var probing = new UpstreamProbing(context.Time);
        var report = (await probing.RunAsync(options, cancellationToken))[0];
        new ProbeText(context.Error).WriteReport(report);
        if (report.Works)
        {
            // The first one also pays for names, certificates and this program's own start: how fast a server is the second one shows.
            var again = (await probing.RunAsync(options, cancellationToken))[0];
            report = report with { Milliseconds = again.Works ? Math.Min(report.Milliseconds, again.Milliseconds) : report.Milliseconds };
        }

        return server with
        {
            Report = report,
        };
    }
}
