using System.Globalization;
using Relay.Admin.Nodes;
using Relay.Cli.Queue;

namespace Relay.Cli;

/// <summary>Prints the nodes for people.</summary>
internal static class NodeTable
{
    private static readonly string[] Titles = ["NODE", "ID", "STATE", "VERSION", "STARTED", "SILENT", "MESSAGES/S", "ADMIN"];

    /// <summary>Nothing for a relay that runs alone.</summary>
    public static void Write(TextWriter writer, NodesReading nodes)
    {
        if (!nodes.IsShared)
        {
            return;
        }

        if (!nodes.IsHeard)
        {
            writer.WriteLine("the database is away: this node goes by its own sight, the others are shown as they were last seen");
        }

        QueueTable.WriteColumns(writer, [Titles, .. nodes.Items.Select(Row)]);
        writer.WriteLine();
    }

    private static string[] Row(NodeItem node) =>
        [
            QueueTable.Plain(node.Name) + (node.IsThis ? " (this)" : ""),
            QueueTable.Text(node.Id),
            node.State,
            QueueTable.Plain(node.Version),
            QueueTable.Text(node.StartedAt),
            string.Create(CultureInfo.InvariantCulture, $"{node.SilentSeconds:0.#}s"),
            node.MessagesPerSecond?.ToString("0.##", CultureInfo.InvariantCulture) ?? "",
            QueueTable.Plain(node.Admin),
        ];
}
