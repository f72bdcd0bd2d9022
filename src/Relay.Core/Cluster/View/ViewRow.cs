namespace Relay.Core.Cluster.View;

/// <summary>A row of the shared view as it was read.</summary>
/// <param name="Key">Which.</param>
/// <param name="Version">Grows with each change of any row, in the order in which they can be seen.</param>
/// <param name="Document">What it says; null when it was withdrawn.</param>
/// <param name="Age">How long ago it was written, by the database's clock.</param>
/// <param name="Left">Until its end, by the same clock; null where it has none.</param>
internal sealed record ViewRow(ViewKey Key, long Version, ViewDocument? Document, TimeSpan Age, TimeSpan? Left);
