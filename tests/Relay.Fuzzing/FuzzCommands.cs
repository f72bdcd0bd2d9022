using System.CommandLine;
using SharpFuzz;

namespace Relay.Fuzzing;

/// <summary>What <c>tests/fuzz.sh</c> asks for.</summary>
internal static class FuzzCommands
{
    public static Command Prepare()
    {
        var folder = new Argument<string>("folder");
        var command = new Command("prepare", "Writes an instrumented copy of this program, seeds and dictionaries") { folder };
        command.SetAction(parsed => new Workbench(parsed.GetRequiredValue(folder)).Prepare());
        return command;
    }

    /// <summary>
    /// In the process of the fork server itself, with no process of its own for the cases: an exception is told to afl-fuzz, while what ends the process, or is
    /// ended by afl-fuzz after its time, ends the whole run, with its input still in place.
    /// </summary>
    public static Command Run()
    {
        var target = Target();
        var command = new Command("run", "Runs what afl-fuzz sends") { target };
        command.SetAction(parsed =>
        {
            var runs = FuzzTargets.Of(parsed.GetRequiredValue(target));
            var buffer = new MemoryStream();
            Fuzzer.Run(input =>
            {
                buffer.SetLength(0);
                input.CopyTo(buffer);
                var one = FuzzCase.FromFile(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
                runs.Run(one.Input, one.Way);
            });
        });
        return command;
    }

    public static Command Replay()
    {
        var target = Target();
        var files = new Argument<string[]>("files") { Arity = ArgumentArity.OneOrMore };
        var command = new Command(
            "replay",
            "Runs files that afl-fuzz has saved, and tells what is wrong with each, and its line for the corpus"
        )
        {
            target,
            files,
        };
        command.SetAction(parsed =>
        {
            var runs = FuzzTargets.Of(parsed.GetRequiredValue(target));
            var failed = parsed.GetRequiredValue(files).Where(file => !IsWell(runs, File.ReadAllBytes(file))).ToArray();
            return failed.Length == 0 ? 0 : 1;
        });
        return command;
    }

    public static Command Select()
    {
        var target = Target();
        var folder = new Argument<string>("folder");
        var most = new Option<int>("--most") { Required = true };
        var command = new Command("select", "Prints as lines for the corpus what goes further than the corpus does")
        {
            target,
            folder,
            most,
        };
        command.SetAction(parsed =>
        {
            var files = Directory.EnumerateFiles(parsed.GetRequiredValue(folder));
            var found = files.Select(static file => FuzzCase.FromFile(File.ReadAllBytes(file)));
            foreach (var one in Selection.Of(FuzzTargets.Of(parsed.GetRequiredValue(target)), found, parsed.GetRequiredValue(most)))
            {
                Console.WriteLine(Corpus.Line(one));
            }
        });
        return command;
    }

    private static bool IsWell(FuzzTarget target, byte[] file)
    {
        var one = FuzzCase.FromFile(file);
        Console.WriteLine(Corpus.Line(one));
        try
        {
            target.Run(one.Input, one.Way);
            return true;
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
            return false;
        }
    }

    private static Argument<string> Target() => new("target");
}
