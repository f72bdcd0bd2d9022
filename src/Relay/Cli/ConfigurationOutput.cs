using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Cli;

/// <summary>Loads the configuration for a command and tells people what is wrong with it.</summary>
internal static class ConfigurationOutput
{
    public static ConfigurationResult Load(CommandContext context, string? file) =>
        new ConfigurationLoader(StrategyRegistry.Names).Load(context.Sources with { File = file });

    /// <summary>Validates a text as if the file held it.</summary>
    public static ConfigurationResult Check(CommandContext context, string? file, string text, bool readsFiles) =>
        new ConfigurationLoader(StrategyRegistry.Names).Load(
            context.Sources with
            {
                File = file,
                FileText = text,
                ReadsFiles = readsFiles,
            }
        );

    /// <summary>All errors, a line each.</summary>
    public static void WriteErrors(TextWriter writer, ConfigurationResult result)
    {
        var count = result.Errors.Count;
        var source = result.File ?? $"no {ConfigurationSources.DefaultFileName}, environment and command line";
        writer.WriteLine($"relay: the configuration has {count} error{(count == 1 ? "" : "s")} ({source}):");
        foreach (var error in result.Errors)
        {
            writer.WriteLine($"  {error}");
        }
    }
}
