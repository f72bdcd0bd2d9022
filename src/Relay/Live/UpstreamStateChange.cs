namespace Relay.Live;

/// <summary>An upstream came into another state, or into the same for another reason.</summary>
/// <param name="At">When it was seen.</param>
/// <param name="Group">Its group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Before">The state before; null when it was seen for the first time.</param>
/// <param name="State">The state now.</param>
/// <param name="Reason">Why; empty while healthy.</param>
internal sealed record UpstreamStateChange(DateTimeOffset At, string Group, string Name, string? Before, string State, string Reason);
