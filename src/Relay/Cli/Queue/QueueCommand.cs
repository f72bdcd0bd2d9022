using System.CommandLine;
using Relay.Admin.Queue;
using Relay.Cli.Completion;

namespace Relay.Cli.Queue;

/// <summary><c>relay queue list|show|retry|hold|release|move|delete|export</c>: the mail that the running relay keeps.</summary>
internal sealed class QueueCommand(CommandContext context, AdminConnection connection, ConfiguredNames names)
{
    public Command Build() =>
        new("queue", "Shows and changes the mail that the running relay keeps")
        {
            new QueueListCommand(connection, names).Build(),
            new QueueShowCommand(context, connection).Build(),
            new QueueChangeCommand(context, connection, names, QueueVerb.Retry).Build("Makes them due at once"),
            new QueueChangeCommand(context, connection, names, QueueVerb.Hold).Build("Keeps them from being tried"),
            new QueueChangeCommand(context, connection, names, QueueVerb.Release).Build(
                "Has held ones tried again, at once, by the routes of now"
            ),
            new QueueChangeCommand(context, connection, names, QueueVerb.Move).Build("Sends them to another group, at once"),
            new QueueChangeCommand(context, connection, names, QueueVerb.Delete).Build("Deletes them; no sender is told"),
            new QueueExportCommand(context, connection, names).Build(),
        };
}
