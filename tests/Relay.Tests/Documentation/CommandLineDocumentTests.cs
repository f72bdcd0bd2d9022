using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using Relay.Cli;
using Relay.TestKit;
using Relay.Tests.Cli;

namespace Relay.Tests.Documentation;

/// <summary>docs/command-line.md has a section for each command, with its options and no others.</summary>
public sealed partial class CommandLineDocumentTests
{
    private static readonly Dictionary<string, string> Sections = ReadSections();
    private static readonly Dictionary<string, Command> Commands = ReadCommands();

    [Test]
    public void Every_command_has_a_section_and_every_section_a_command() => Assert.That(Sections.Keys, Is.EquivalentTo(Commands.Keys));

    [Test]
    public void Every_section_names_the_options_of_its_command_and_no_others()
    {
        var offences =
            from section in Sections
            where Commands.ContainsKey(section.Key)
            let there = OptionsOf(Commands[section.Key])
            let named = Written()
                .Matches(section.Value)
                .Select(static match => match.Groups["name"].Value)
                .ToHashSet(StringComparer.Ordinal)
            from name in there
                .Except(named, StringComparer.Ordinal)
                .Select(static name => $"{name} is missing")
                .Concat(named.Except(there, StringComparer.Ordinal).Select(static name => $"{name} does not exist"))
            select $"{section.Key}: {name}";

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Every_command_and_option_is_described_in_the_program()
    {
        var offences =
            from command in Commands
            from symbol in command.Value.Options.Cast<Symbol>().Concat(command.Value.Arguments).Append(command.Value)
            where symbol is not (HelpOption or VersionOption) && string.IsNullOrEmpty(symbol.Description)
            select $"{command.Key}: {symbol.Name}";

        Assert.That(offences, Is.Empty);
    }

    private static HashSet<string> OptionsOf(Command command) =>
        command
            .Options.Where(static option => option is not HelpOption)
            .Select(static option => option.Name)
            .ToHashSet(StringComparer.Ordinal);

    private static Dictionary<string, string> ReadSections() =>
        Section()
            .Matches(File.ReadAllText(Repository.PathOf("docs/command-line.md")))
            .ToDictionary(static match => match.Groups["name"].Value, static match => match.Groups["text"].Value, StringComparer.Ordinal);

    private static Dictionary<string, Command> ReadCommands()
    {
        var commands = new Dictionary<string, Command>(StringComparer.Ordinal);
        foreach (var command in RelayCommandLine.Build(SomeContext.Of(TextWriter.Null)).Subcommands)
        {
            Add(command, "relay");
        }

        return commands;

        void Add(Command command, string path)
        {
            if (command.Subcommands.Count == 0)
            {
                commands.Add($"{path} {command.Name}", command);
            }

            foreach (var child in command.Subcommands)
            {
                Add(child, $"{path} {command.Name}");
            }
        }
    }

    [GeneratedRegex(
        @"^### (?<name>relay [a-z -]+)\n(?<text>(?:(?!^##).*\n)*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Section();

    [GeneratedRegex(@"`(?<name>--[a-z-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Written();
}
