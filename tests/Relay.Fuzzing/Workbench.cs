using System.Globalization;
using System.Text;
using SharpFuzz;

namespace Relay.Fuzzing;

/// <summary>
/// What afl-fuzz needs, in a folder: a copy of this program whose Relay.Core tells which branches it takes, and for each target the corpus as files and its words as a
/// dictionary.
/// </summary>
internal sealed class Workbench(string folder)
{
    public void Prepare()
    {
        var program = Path.Combine(folder, "program");
        Copy(AppContext.BaseDirectory, program);
        _ = Fuzzer.Instrument(Path.Combine(program, "Relay.Core.dll"), static _ => true, Options.Value);
        foreach (var target in FuzzTargets.All)
        {
            WriteSeeds(target);
            WriteWords(target);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    private void WriteSeeds(FuzzTarget target)
    {
        var seeds = Path.Combine(folder, target.Name, "seeds");
        Directory.CreateDirectory(seeds);
        foreach (var (index, seed) in Corpus.Of(target).Index())
        {
            File.WriteAllBytes(Path.Combine(seeds, index.ToString("d4", CultureInfo.InvariantCulture)), seed.ToFile());
        }
    }

    // The format of afl-fuzz: one word a line, in quotes.
    private void WriteWords(FuzzTarget target)
    {
        var lines = new StringBuilder();
        foreach (var word in target.Words)
        {
            lines.Append('"');
            foreach (var character in word)
            {
                _ = char.IsAsciiLetterOrDigit(character)
                    ? lines.Append(character)
                    : lines.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            }

            lines.Append("\"\n");
        }

        File.WriteAllText(Path.Combine(folder, target.Name, "words"), lines.ToString());
    }
}
