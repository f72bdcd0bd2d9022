namespace Relay.Fuzzing;

/// <summary>Out of what a fuzzer has gathered, the little that goes further into the code than the corpus does.</summary>
internal static class Selection
{
    // Those that FuzzTests replays each input in.
    private const int Ways = 16;

    // Static constructors and caches make the first runs look new.
    private const int Rounds = 2;

    public static IEnumerable<FuzzCase> Of(FuzzTarget target, IEnumerable<FuzzCase> found, int most)
    {
        var map = new CoverageMap();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var seed in Corpus.Of(target))
            {
                for (var way = 0; way < Ways; way++)
                {
                    _ = map.CountNew(() => target.Run(seed.Input, way));
                }

                _ = map.CountNew(() => target.Run(seed.Input, seed.Way));
            }
        }

        // The short ones first: each that is taken makes longer ones needless.
        var gains = found
            .OrderBy(static one => one.Input.Length)
            .Select(one => (Case: one, Gain: map.CountNew(() => target.Run(one.Input, one.Way))))
            .ToArray();
        return gains.Where(static one => one.Gain > 0).OrderByDescending(static one => one.Gain).Take(most).Select(static one => one.Case);
    }
}
