using System.Text;
using Relay.Core.Configuration;

namespace Relay.Simulation.Doors;

/// <summary>Who may log in, and as what.</summary>
internal static class DoorPeople
{
    /// <summary>May send as somebody of <see cref="AliceDomain"/> only.</summary>
    public const string Alice = "alice";

    /// <summary>Whose mail goes to the other group, where there is one.</summary>
    public const string Bob = "bob";

    public const string Nobody = "mallory";

    public const string AliceDomain = "alice.test";

    public static string PasswordOf(string name) => $"{name}'s own";

    public static IReadOnlyDictionary<string, UserOptions> Users { get; } =
        new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase)
        {
            [Alice] = new() { PasswordHash = HashOf(Alice), Senders = [$"*@{AliceDomain}"] },
            [Bob] = new() { PasswordHash = HashOf(Bob) },
        };

    private static string HashOf(string name) =>
        PasswordHash
            .Of(Encoding.UTF8.GetBytes(PasswordOf(name)), Encoding.UTF8.GetBytes($"salt of {name}..."), PasswordHash.LeastIterations)
            .Format();
}
