using System.CommandLine;
using System.CommandLine.Parsing;
using Relay.Admin.Queue;
using Relay.Cli.Completion;
using Relay.Core.Messages;

namespace Relay.Cli.Queue;

/// <summary>How a command names what it is about: messages by their ids, or all rows that match.</summary>
internal sealed class QueueChoice
{
    private readonly Argument<string[]> _ids = new("ID") { Description = "Messages", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<string?> _state = new("--state") { HelpName = "STATE", Description = QueueStates.All };

    private readonly Option<string?> _sender = new("--sender") { HelpName = "TEXT", Description = "Part of the sender's address" };

    private readonly Option<string?> _recipient = new("--recipient") { HelpName = "TEXT", Description = "Part of a recipient's address" };

    private readonly Option<string?> _group = new("--group") { HelpName = "GROUP", Description = "Where they go" };

    private readonly Option<bool> _all = new("--all") { Description = "Everything in the queue" };

    public QueueChoice(ConfiguredNames names)
    {
        _group.CompletionSources.Add(names.Groups);
        _state.CompletionSources.Add(QueueStates.All.Split(", "));
        _ids.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens.Where(static token => !MessageId.TryParse(token.Value, out _)))
            {
                result.AddError($"\"{token.Value}\" is not the id of a message");
            }
        });
        _state.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !QueueStates.TryParse(token.Value, out _))
            {
                result.AddError($"--state is one of {QueueStates.All}");
            }
        });
        foreach (var option in new[] { _state, _sender, _recipient, _group })
        {
            // An empty one, of a variable in a script that is not set, would mean everything.
            option.Validators.Add(static result =>
            {
                if (result.Tokens is [{ Value: "" }])
                {
                    result.AddError($"{result.Option.Name} is empty");
                }
            });
        }
    }

    /// <summary>For commands that show what matches.</summary>
    public IReadOnlyList<Symbol> Filters => [_state, _sender, _recipient, _group];

    /// <summary>For commands that do something with it.</summary>
    public IReadOnlyList<Symbol> All => [_ids, .. Filters, _all];

    /// <summary>Holds that a command which changes something says exactly what: ids, or a filter, or all.</summary>
    public void Require(CommandResult result)
    {
        var hasIds = result.GetResult(_ids) is { Tokens.Count: > 0 };
        var hasFilter = Filters.OfType<Option>().Any(option => result.GetResult(option) is { Implicit: false });
        var ways = (hasIds ? 1 : 0) + (hasFilter ? 1 : 0) + (result.GetResult(_all) is { Implicit: false } ? 1 : 0);
        if (ways != 1)
        {
            result.AddError("name messages by their ids, or by --state, --sender, --recipient and --group, or all of them with --all");
        }
    }

    /// <summary>Empty when the choice is by filter.</summary>
    public IReadOnlyList<string> Ids(ParseResult parsed) => parsed.GetValue(_ids) ?? [];

    public bool IsAll(ParseResult parsed) => parsed.GetValue(_all);

    public QueueSelection Selection(ParseResult parsed) =>
        new(parsed.GetValue(_state), parsed.GetValue(_sender), parsed.GetValue(_recipient), parsed.GetValue(_group));
}
