namespace Relay.Fuzzing;

/// <summary>Something that reads what strangers send. It has failed when it throws: an exception of its own that got out, or that of an assertion.</summary>
internal abstract class FuzzTarget
{
    // More than the longest command, less than a session may leave unread.
    private const int MostAtOnce = 4096;

    /// <summary>Of its file in the corpus.</summary>
    public string Name => GetType().Name.Replace("Target", "", StringComparison.Ordinal);

    /// <summary>Words that mean something to it, for the mutations.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <param name="input">What was sent.</param>
    /// <param name="way">Chooses the settings and where the input is cut; each number is a way of its own, and always the same.</param>
    public abstract void Run(byte[] input, int way);

    /// <summary>Where the input is cut: nowhere, everywhere, or at places that the number chooses.</summary>
    protected static IReadOnlyList<byte[]> Cut(byte[] input, int way)
    {
        var pieces = new List<byte[]>();
        var random = new Random(way);
        for (var start = 0; start < input.Length; )
        {
            var length = (way & 3) switch
            {
                0 => MostAtOnce,
                1 => 1,
                _ => random.Next(1, 1 + Math.Clamp(input.Length / 3, 2, MostAtOnce)),
            };
            var end = Math.Min(input.Length, start + length);
            pieces.Add(input[start..end]);
            start = end;
        }

        return pieces;
    }

    /// <summary>The same, but never behind a LF that stands alone: a command that ends so is answered when nothing follows (CommandLineReader), which depends on the cut.</summary>
    protected static IReadOnlyList<byte[]> CutBetweenLines(byte[] input, int way)
    {
        var pieces = new List<byte[]>();
        var last = (byte)0;
        var isAlone = false;
        foreach (var piece in Cut(input, way))
        {
            if (isAlone)
            {
                pieces[^1] = [.. pieces[^1], .. piece];
            }
            else
            {
                pieces.Add(piece);
            }

            isAlone = piece[^1] == (byte)'\n' && (piece.Length > 1 ? piece[^2] : last) != (byte)'\r';
            last = piece[^1];
        }

        return pieces;
    }
}
