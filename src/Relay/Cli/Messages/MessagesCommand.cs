using System.CommandLine;
using Relay.Cli.Completion;

namespace Relay.Cli.Messages;

/// <summary><c>relay messages</c>: any recent message, delivered ones too.</summary>
internal sealed class MessagesCommand(CommandContext context, AdminConnection connection, ConfiguredNames names)
{
    public Command Build() =>
        new("messages", "Finds recent messages, delivered ones too")
        {
            new MessagesListCommand(connection, names).Build(),
            new MessagesShowCommand(context, connection).Build(),
        };
}
