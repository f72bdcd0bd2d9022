using System.CommandLine;
using System.Text.Json;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;

namespace Relay.Cli.Setup;

/// <summary><c>relay init</c>: from the addresses of servers to a configuration that has been checked.</summary>
internal sealed class InitCommand(CommandContext context)
{
    private readonly InitOptions _options = new();

    public Command Build()
    {
        var command = new Command("init", "Makes a configuration: asks for servers, looks at them, recommends a strategy and says why");
        _options.AddTo(command);
        command.SetAction(ExecuteAsync);
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isAsked = context.IsInteractive && !parsed.GetValue(_options.Yes) && !parsed.GetValue(_options.Json);
        var hasServers = parsed.GetValue(_options.Servers) is { Length: > 0 };
        if (!hasServers && !isAsked)
        {
            await context.Error.WriteLineAsync(
                "relay: name the servers with --server; without a terminal, or with --yes or --json, nobody is asked"
            );
            return ExitCode.WrongUse;
        }

        try
        {
            return await SetUpAsync(parsed, isAsked ? new Dialogue(context) : null, cancellationToken);
        }
        catch (Exception failure) when (failure is SetupStopped or IOException or UnauthorizedAccessException)
        {
            var why = failure.Message.Length == 0 ? "" : $"{failure.Message}; ";
            await context.Error.WriteLineAsync($"relay: {why}nothing was written");
            return ExitCode.Failed;
        }
    }

    private async Task<int> SetUpAsync(ParseResult parsed, Dialogue? dialogue, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(parsed.GetRequiredValue(_options.Output), context.Sources.CurrentFolder);
        var force = parsed.GetValue(_options.Force);
        if (!force && Path.Exists(file))
        {
            throw new SetupStopped($"{file} is there already: --force replaces it, --output names another");
        }

        var setup = new ServerSetup(context, dialogue, probes: !parsed.GetValue(_options.NoProbe), parsed.GetValue(_options.Pin));
        await CollectAsync(parsed, setup, cancellationToken);
        var questions = new SetupQuestions(context, dialogue);
        var strategy = questions.Strategy(parsed.GetValue(_options.Strategy), setup.Servers);
        var isOrdered = string.Equals(strategy.Strategy, "Failover", StringComparison.OrdinalIgnoreCase);
        var servers = isOrdered ? ServerNames.InOrder(setup.Servers) : setup.Servers;
        var listen = questions.Listen(parsed.GetValue(_options.Listen));
        var networks = questions.Networks(parsed.GetValue(_options.Networks) ?? [], listen);
        if (dialogue?.IsAgreed($"Write {file}?", otherwise: true) == false)
        {
            throw new SetupStopped("");
        }

        var writer = new SetupWriter(context, file, force);
        var draft = new ConfigurationDraft
        {
            Listen = listen,
            Servers = servers,
            Strategy = strategy,
            Networks = networks,
            HostName = parsed.GetValue(_options.HostName),
            PasswordFiles = writer.KeepPasswords(servers),
            WrittenAt = context.Time.GetUtcNow(),
        };
        return writer.Write(draft) ? Report(parsed, file, draft) : ExitCode.Failed;
    }

    private async Task CollectAsync(ParseResult parsed, ServerSetup setup, CancellationToken cancellationToken)
    {
        var (addresses, users, files) = (
            parsed.GetValue(_options.Servers) ?? [],
            parsed.GetValue(_options.Users) ?? [],
            parsed.GetValue(_options.PasswordFiles) ?? []
        );
        for (var index = 0; index < addresses.Length; index++)
        {
            var login = users.Length == 1 ? 0 : index;
            var file = login < files.Length ? Path.GetFullPath(files[login], context.Sources.CurrentFolder) : null;
            var user = login < users.Length ? users[login] : null;
            await setup.AddAsync(addresses[index], user, file is null ? null : PasswordIn(file), file, cancellationToken);
        }

        if (addresses.Length == 0)
        {
            await setup.AskAsync(cancellationToken);
        }

        if (setup.Servers.Count == 0)
        {
            throw new SetupStopped("no server was named");
        }
    }

    private static string PasswordIn(string file)
    {
        List<ConfigurationError> errors = [];
        return SecretFile.Read(file, "--password-file", errors) ?? throw new SetupStopped(errors[0].ToString());
    }

    private int Report(ParseResult parsed, string file, ConfigurationDraft draft)
    {
        if (parsed.GetValue(_options.Json))
        {
            var document = new
            {
                File = file,
                draft.Strategy.Strategy,
                draft.Strategy.Why,
                Servers = draft.Servers.Select(static server => new
                {
                    server.Name,
                    Address = server.Address.ToString(),
                    Preset = server.Preset.ToString(),
                    Probe = server.Report,
                }),
            };
            context.Output.WriteLine(JsonSerializer.Serialize(document, AdminClient.Json));
            return ExitCode.Success;
        }

        context.Output.WriteLine($"{file} is written and valid. Next:");
        context.Output.WriteLine($"  relay run --config {file}");
        context.Output.WriteLine($"  relay send --config {file} --to you@example.com");
        return ExitCode.Success;
    }
}
