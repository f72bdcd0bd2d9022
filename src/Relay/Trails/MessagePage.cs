namespace Relay.Trails;

/// <summary>A page of recent messages.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="Next">What <c>after</c> must be for the next page; null on the last.</param>
/// <param name="Note">What is left out, and why; null when nothing is.</param>
internal sealed record MessagePage(IReadOnlyList<MessageSummary> Items, string? Next, string? Note);
