using System.CommandLine;
using System.CommandLine.Completions;
using Relay.Core.Configuration;

namespace Relay.Cli.Completion;

/// <summary>Names out of the configuration that the typed command would read, for whoever types on. A configuration with errors has none.</summary>
internal sealed class ConfiguredNames(CommandContext context, Option<string?> config)
{
    public IEnumerable<CompletionItem> Groups(CompletionContext typed) => Of(typed, static options => options.Groups.Keys);

    public IEnumerable<CompletionItem> Listeners(CompletionContext typed) => Of(typed, static options => options.Listeners.Keys);

    public IEnumerable<CompletionItem> Users(CompletionContext typed) => Of(typed, static options => options.Access.Users.Keys);

    /// <summary><c>GROUP/NAME</c>.</summary>
    public IEnumerable<CompletionItem> Upstreams(CompletionContext typed) =>
        Of(
            typed,
            static options => options.Groups.SelectMany(static group => group.Value.Upstreams.Keys.Select(name => $"{group.Key}/{name}"))
        );

    private IEnumerable<CompletionItem> Of(CompletionContext typed, Func<RelayOptions, IEnumerable<string>> names) =>
        ConfigurationOutput.Load(context, typed.ParseResult.GetValue(config)).Options is { } options
            ? names(options).Order(StringComparer.Ordinal).Select(static name => new CompletionItem(name))
            : [];
}
