namespace Relay.Core.Upstreams.Pace;

/// <summary>What the pace of a group's servers leaves room for.</summary>
/// <param name="Messages">To one recipient each, that could be begun by the moment asked about; <see cref="int.MaxValue"/> when a server has no limit.</param>
/// <param name="NextAt">Timestamp of the first of them, in the past when it could begin now; <see cref="long.MaxValue"/> when nobody knows.</param>
internal readonly record struct GroupRoom(int Messages, long NextAt)
{
    public static readonly GroupRoom Unlimited = new(int.MaxValue, 0);
}
