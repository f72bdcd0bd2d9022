namespace Relay.Core.Cluster.View;

/// <summary>Something to tell the other nodes.</summary>
/// <param name="Key">Which row.</param>
/// <param name="Document">What it says from now on; null withdraws it.</param>
/// <param name="Left">Until its end; null where it has none.</param>
internal sealed record ViewChange(ViewKey Key, ViewDocument? Document, TimeSpan? Left = null);
