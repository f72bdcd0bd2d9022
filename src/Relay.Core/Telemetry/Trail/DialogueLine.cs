namespace Relay.Core.Telemetry.Trail;

/// <summary>One command of a dialogue with a server, and what it answered.</summary>
/// <param name="Command">As it was sent, without what was sent along with it.</param>
/// <param name="Reply">Null when none came.</param>
internal sealed record DialogueLine(string Command, string? Reply);
