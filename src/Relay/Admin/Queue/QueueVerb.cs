using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary>An action by its name, and the words that tell of it.</summary>
/// <param name="Name">As requests and commands write it.</param>
/// <param name="Done">What it has done with a row.</param>
internal sealed record QueueVerb(string Name, string Done)
{
    public static readonly QueueVerb Retry = new("retry", "retried");
    public static readonly QueueVerb Hold = new("hold", "held");
    public static readonly QueueVerb Release = new("release", "released");
    public static readonly QueueVerb Move = new("move", "moved");
    public static readonly QueueVerb Delete = new("delete", "deleted");

    public static readonly IReadOnlyList<QueueVerb> All = [Retry, Hold, Release, Move, Delete];

    /// <param name="group">Where <see cref="Move"/> moves to.</param>
    /// <param name="now">When what becomes due is due.</param>
    public QueueAction Action(string group, DateTimeOffset now) =>
        Name switch
        {
            "retry" => new QueueAction.Retry(now),
            "hold" => new QueueAction.Hold("held by hand"),
            "release" => new QueueAction.Release(now),
            "move" => new QueueAction.Move(group, now),
            _ => new QueueAction.Delete(),
        };
}
