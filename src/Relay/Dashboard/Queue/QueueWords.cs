using Relay.Admin.Queue;

namespace Relay.Dashboard.Queue;

/// <summary>What actions on the queue mean, for who is asked whether they are wanted.</summary>
internal static class QueueWords
{
    public static string Meaning(QueueVerb verb) =>
        verb.Name switch
        {
            "retry" => "What waits, or is uncertain, is tried now instead of when it is due.",
            "hold" => "They are not tried any more until somebody releases them.",
            "release" => "What is held is tried now, by the routes of now. What may have been delivered already is sent again.",
            _ => "They are gone for good, and nobody is told: no bounce is sent.",
        };

    public static string Capital(string word) => $"{char.ToUpperInvariant(word[0])}{word[1..]}";
}
