using System.CommandLine;
using System.Text.Json;
using Relay.Core.Configuration.Loading;

namespace Relay.Cli;

/// <summary><c>relay check</c>: everything that is wrong with a configuration, or what it would do.</summary>
internal sealed class CheckCommand(CommandContext context, Option<string?> config)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON" };

    public Command Build()
    {
        var command = new Command("check", "Checks the configuration and shows what is balanced over what") { _json };
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        var result = ConfigurationOutput.Load(context, parsed.GetValue(config));
        var summary = result.Options is null ? null : ConfigurationSummary.Of(result.Options);
        if (parsed.GetValue(_json))
        {
            WriteJson(result, summary);
        }
        else if (summary is null)
        {
            ConfigurationOutput.WriteErrors(context.Error, result);
        }
        else
        {
            context.Output.WriteLine($"The configuration is valid ({result.File ?? "environment and command line"}).");
            new SummaryText(context.Output).Write(summary);
        }

        return summary is null ? ExitCode.Failed : ExitCode.Success;
    }

    private void WriteJson(ConfigurationResult result, ConfigurationSummary? summary)
    {
        var document = new
        {
            File = result.File,
            Valid = summary is not null,
            result.Errors,
            summary?.Listeners,
            summary?.Groups,
            summary?.Routes,
        };
        context.Output.WriteLine(JsonSerializer.Serialize(document, Json));
    }
}
