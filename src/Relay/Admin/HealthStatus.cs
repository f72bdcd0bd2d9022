using System.Text.Json.Serialization;

namespace Relay.Admin;

/// <summary>What the health endpoints answer.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c> or <c>not ready</c>.</param>
/// <param name="Reason">Why not; left out while all is well.</param>
internal sealed record HealthStatus(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null
);
