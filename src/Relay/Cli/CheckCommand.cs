using System.CommandLine;
using System.Text.Json;
using Relay.Cli.Probing;
using Relay.Core.Configuration.Loading;

namespace Relay.Cli;

/// <summary><c>relay check</c>: everything that is wrong with a configuration, or what it would do; with <c>--probe</c> whether its servers would take mail.</summary>
internal sealed class CheckCommand(CommandContext context, Option<string?> config)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON" };

    private readonly Option<bool> _probe = new("--probe")
    {
        Description = "Connects to each upstream, starts TLS and logs in as mail would; sends no mail",
    };

    public Command Build()
    {
        var command = new Command("check", "Checks the configuration and shows what is balanced over what") { _probe, _json };
        command.SetAction(ExecuteAsync);
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var result = ConfigurationOutput.Load(context, parsed.GetValue(config));
        var summary = result.Options is null ? null : ConfigurationSummary.Of(result.Options, result.Origins);
        var reports =
            parsed.GetValue(_probe) && result.Options is { } options
                ? await new UpstreamProbing(TimeProvider.System).RunAsync(options, cancellationToken)
                : null;
        if (parsed.GetValue(_json))
        {
            WriteJson(result, summary, reports);
        }
        else if (summary is null)
        {
            ConfigurationOutput.WriteErrors(context.Error, result);
        }
        else
        {
            Write(result, summary, reports);
        }

        var isGood = summary is not null && (reports is null || reports.All(static report => report.Works));
        return isGood ? ExitCode.Success : ExitCode.Failed;
    }

    private void Write(ConfigurationResult result, ConfigurationSummary summary, IReadOnlyList<ProbeReport>? reports)
    {
        context.Output.WriteLine($"The configuration is valid ({result.File ?? "environment and command line"}).");
        new SummaryText(context.Output).Write(summary);
        if (reports is not null)
        {
            new ProbeText(context.Output).Write(reports);
        }
    }

    private void WriteJson(ConfigurationResult result, ConfigurationSummary? summary, IReadOnlyList<ProbeReport>? probes)
    {
        var document = new
        {
            File = result.File,
            Valid = summary is not null,
            result.Errors,
            summary?.Listeners,
            summary?.Groups,
            summary?.Routes,
            Probes = probes,
        };
        context.Output.WriteLine(JsonSerializer.Serialize(document, Json));
    }
}
