using System.Text.RegularExpressions;

namespace Relay.Tests.Architecture;

/// <summary>Habits that compilers do not hold: folder and namespace alike, short files, tests that wait for conditions.</summary>
public sealed partial class SourceRulesTests
{
    private const int MostLines = 350;

    private static readonly IReadOnlyList<SourceFile> Source = SourceFile.Below("src");
    private static readonly IReadOnlyList<SourceFile> Tests = SourceFile.Below("tests");
    private static readonly IReadOnlyList<SourceFile> Everything = [.. Source, .. Tests, .. SourceFile.Below("samples")];

    [Test]
    public void Namespaces_are_folders()
    {
        var offences =
            from file in Everything
            where file.Namespace is not null
            let expected = file.Folder[(file.Folder.IndexOf('/', StringComparison.Ordinal) + 1)..].Replace('/', '.')
            where file.Namespace != expected
            select $"{file.Path} has the namespace {file.Namespace}";

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Files_are_short()
    {
        var offences = Everything.Where(file => file.Lines > MostLines).Select(file => $"{file.Path} has {file.Lines} lines");

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Tests_use_constraints_and_never_sleep()
    {
        // In parts, so that this file does not hold what it looks for.
        string[] forbidden = ["Assert." + "AreEqual", "Classic" + "Assert", "Thread." + "Sleep(", "Assert." + "Ignore(", "[" + "Ignore"];
        var offences =
            from file in Tests
            from text in forbidden
            where file.Text.Contains(text, StringComparison.Ordinal)
            select $"{file.Path} holds {text}";

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Tests_without_sockets_never_wait_for_a_time()
    {
        var offences = Tests
            .Where(file => file.Path.StartsWith("tests/Relay.Tests/", StringComparison.Ordinal))
            .Where(file => TimedDelay().IsMatch(file.Text))
            .Select(file => file.Path);

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void No_file_names_a_path_of_the_machine_it_was_written_on()
    {
        var offences = Everything.Where(file => MachinePath().IsMatch(file.Text)).Select(file => file.Path);

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Nothing_is_left_to_be_done_later()
    {
        string[] forbidden = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception"];
        var offences =
            from file in Everything
            from text in forbidden
            where file.Text.Contains(text, StringComparison.Ordinal)
            select $"{file.Path} holds {text}";

        Assert.That(offences, Is.Empty);
    }

    /// <summary>A delay without end is ended by its token: that is waiting for a condition.</summary>
    [GeneratedRegex(@"Task\.Delay\((?!Timeout\.Infinite)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TimedDelay();

    [GeneratedRegex("""["/](home|root|work|Users)/[a-z]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();
}
