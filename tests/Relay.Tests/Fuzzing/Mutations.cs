using System.Text;
using CsCheck;
using Relay.Fuzzing;

namespace Relay.Tests.Fuzzing;

/// <summary>Fresh inputs out of the corpus: a seed, changed a few times in the ways that have broken readers before.</summary>
internal static class Mutations
{
    // A case is an input and a way of feeding it; both shrink towards the seed as it is, in one piece.
    public static Gen<FuzzCase> Of(FuzzTarget target)
    {
        var seeds = Corpus.Of(target).Select(static one => one.Input).ToArray();
        var words = target.Words.Select(Encoding.Latin1.GetBytes).ToArray();
        var change = Gen.Select(Gen.Int[0, 8], Gen.Int[0, int.MaxValue - 1], Gen.Int[1, 40], Gen.Byte);
        return Gen.Select(Gen.Int[0, seeds.Length - 1], change.Array[0, 7], Gen.Int[0, FuzzCase.MaximumWay])
            .Select(
                (seed, changes, way) =>
                {
                    var input = seeds[seed];
                    foreach (var (kind, place, length, value) in changes)
                    {
                        input = Change(input, kind, place, length, value, seeds, words);
                    }

                    return new FuzzCase(input, way);
                }
            );
    }

    private static byte[] Change(byte[] input, int kind, int place, int length, byte value, byte[][] seeds, byte[][] words)
    {
        var at = place % (input.Length + 1);
        var end = Math.Min(input.Length, at + length);
        var other = seeds[value % seeds.Length];
        return kind switch
        {
            0 => [.. input[..at], value, .. input[Math.Min(input.Length, at + 1)..]],
            1 => [.. input[..at], .. input[end..]],
            2 => [.. input[..end], .. input[at..]],
            3 => input[..at],
            4 => [.. input[..at], .. other],
            5 => [.. input[..at], .. other[(place % (other.Length + 1))..]],
            6 => [.. input[..at], .. Enumerable.Repeat(value, length * length), .. input[at..]],
            _ => [.. input[..at], .. words[value % words.Length], .. input[at..]],
        };
    }
}
