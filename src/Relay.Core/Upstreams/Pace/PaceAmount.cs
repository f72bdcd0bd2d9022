namespace Relay.Core.Upstreams.Pace;

/// <summary>What mail costs of an upstream's pace.</summary>
/// <param name="Messages">Transactions.</param>
/// <param name="Recipients">In all of them.</param>
internal readonly record struct PaceAmount(int Messages, int Recipients)
{
    public bool IsNothing => Messages == 0 && Recipients == 0;

    public static PaceAmount operator +(PaceAmount left, PaceAmount right) =>
        new(left.Messages + right.Messages, left.Recipients + right.Recipients);

    public static PaceAmount operator -(PaceAmount left, PaceAmount right) =>
        new(left.Messages - right.Messages, left.Recipients - right.Recipients);
}
