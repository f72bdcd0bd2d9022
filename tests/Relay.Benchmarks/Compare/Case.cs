namespace Relay.Benchmarks.Compare;

/// <summary>One kind of load.</summary>
/// <param name="Name">What <c>--cases</c> calls it.</param>
/// <param name="Title">For people.</param>
/// <param name="Sessions">How many at once.</param>
/// <param name="Size">Bytes of a message.</param>
/// <param name="KeepOpen">A session sends message after message; otherwise each has a connection of its own.</param>
internal sealed record Case(string Name, string Title, int Sessions, int Size, bool KeepOpen)
{
    public static IReadOnlyList<Case> All { get; } =
    [
        new("kept-open-4k", "20 kept-open sessions, 4 KiB", 20, 4 * 1024, KeepOpen: true),
        new("connection-per-message-1k", "A connection per message, 20 sessions, 1 KiB", 20, 1024, KeepOpen: false),
        new("kept-open-100k", "20 kept-open sessions, 100 KiB", 20, 100 * 1024, KeepOpen: true),
    ];
}
