using Relay.Fuzzing.Targets;

namespace Relay.Fuzzing;

/// <summary>All of them, by name.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [new SessionTarget(), new CommandTarget(), new DataTarget(), new ProxyTarget(), new AddressTarget(), new ReplyTarget()];

    public static FuzzTarget Of(string name) =>
        All.FirstOrDefault(target => target.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is none of that name: {string.Join(", ", All.Select(static target => target.Name))}",
            nameof(name)
        );
}
