using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary>The words for the states of a row.</summary>
internal static class QueueStates
{
    private static readonly (SpoolState State, string Text)[] Words =
    [
        (SpoolState.Waiting, "waiting"),
        (SpoolState.Active, "active"),
        (SpoolState.Held, "held"),
        (SpoolState.Uncertain, "uncertain"),
        (SpoolState.Failed, "failed"),
    ];

    /// <summary>All of them, for people who wrote another.</summary>
    public static string All { get; } = string.Join(", ", Words.Select(static word => word.Text));

    public static string TextOf(SpoolState state) => Array.Find(Words, word => word.State == state).Text;

    public static bool TryParse(string text, out SpoolState state)
    {
        var index = Array.FindIndex(Words, word => string.Equals(word.Text, text, StringComparison.OrdinalIgnoreCase));
        state = index < 0 ? default : Words[index].State;
        return index >= 0;
    }
}
