using Relay.Core.Messages;

namespace Relay.Core.Pickup;

/// <summary>A file that was taken out of the pickup folder. Its name holds the id of its message, so that the spool can be asked after a crash whether it has it.</summary>
/// <param name="Path">In the folder <c>taken</c>.</param>
/// <param name="Id">Of the message, at each try the same.</param>
internal sealed record PickupFile(string Path, MessageId Id)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Null when the name is none that <see cref="PickupFolder"/> gives.</summary>
    public static PickupFile? Of(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && MessageId.TryParse(name.AsSpan(0, dot), out var id) ? new PickupFile(path, id) : null;
    }
}
