namespace Relay.Live;

/// <summary>Something that those who watch are told.</summary>
/// <param name="Kind">One of <see cref="EventKind"/>.</param>
/// <param name="Content">What it says; made into JSON by whoever reads it.</param>
internal readonly record struct LiveEvent(string Kind, object Content);
