namespace Relay.Core.Upstreams.Pace;

/// <summary>A server has told this node that it wants no mail for a time.</summary>
/// <param name="Reply">Its words.</param>
/// <param name="Until">A timestamp.</param>
internal sealed record PaceWord(string Reply, long Until);
