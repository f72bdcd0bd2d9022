namespace Relay.Core.Configuration.Loading;

/// <summary>Finds the name that was probably meant by one that is not known.</summary>
internal static class NameSuggestion
{
    /// <summary><c>; did you mean X?</c>, or an empty text when no known name is near.</summary>
    public static string For(string written, IEnumerable<string> known)
    {
        var nearest = known
            .Select(name => (Name: name, Distance: Distance(written.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= Tolerance(written))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return nearest is null ? "" : $"; did you mean {nearest}?";
    }

    /// <summary>About one slip in three letters; short names get at least one.</summary>
    private static int Tolerance(string written) => Math.Clamp(written.Length / 3, 1, 4);

    /// <summary>Levenshtein's distance: how many letters must be put in, taken out or changed to make one text of the other.</summary>
    private static int Distance(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        var current = new int[to.Length + 1];
        for (var row = 1; row <= from.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= to.Length; column++)
            {
                var change = previous[column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
                current[column] = Math.Min(change, Math.Min(previous[column], current[column - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[to.Length];
    }
}
