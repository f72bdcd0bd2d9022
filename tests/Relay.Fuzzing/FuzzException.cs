namespace Relay.Fuzzing;

/// <summary>An input on which a target broke its promise.</summary>
internal sealed class FuzzException(string message, Exception? cause = null) : Exception(message, cause)
{
    // The input is told whole; what was made of it need not be.
    private const int Most = 1000;

    /// <summary>Not by <c>Assert</c>, which notes a failure in the test even where the case is only one that is being shrunk.</summary>
    public static void Unless(bool condition, string message)
    {
        if (!condition)
        {
            throw new FuzzException(message.Length > Most ? message[..Most] + "…" : message);
        }
    }
}
