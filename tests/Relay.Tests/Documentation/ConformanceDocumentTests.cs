using System.Reflection;
using System.Text.RegularExpressions;
using Relay.Core.Smtp;
using Relay.TestKit;

namespace Relay.Tests.Documentation;

/// <summary>docs/smtp-conformance.md names types and tests: all of them exist, and no requirement is without.</summary>
public sealed partial class ConformanceDocumentTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly ConformanceRow[] Rows = ReadRows();
    private static readonly ILookup<string, Type> Types = typeof(SmtpCommandParser)
        .Assembly.GetTypes()
        .ToLookup(type => type.Name.Split('`')[0], StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Tests = ReadTests();

    [Test]
    public void Every_requirement_has_a_type_and_a_test()
    {
        Assert.That(Rows, Has.Length.GreaterThan(100));
        Assert.That(Rows.Where(row => row.Types.Count == 0 || row.Tests.Count == 0).Select(row => row.Line), Is.Empty);
    }

    [Test]
    public void Every_type_exists() =>
        Assert.That(Rows.SelectMany(row => row.Types).Distinct(StringComparer.Ordinal).Where(name => !IsType(name)), Is.Empty);

    [Test]
    public void Every_test_exists() =>
        Assert.That(Rows.SelectMany(row => row.Tests).Distinct(StringComparer.Ordinal).Where(name => !IsTest(name)), Is.Empty);

    [TestCase("SmtpSession", true)]
    [TestCase("SmtpService.Greeting", true)]
    [TestCase("SmtpService.Farewell", false)]
    [TestCase("SmtpSeance", false)]
    public void A_type_is_known_by_its_name_and_its_member(string name, bool exists) => Assert.That(IsType(name), Is.EqualTo(exists));

    [TestCase("ConformanceDocumentTests", true)]
    [TestCase("ConformanceDocumentTests.Every_test_exists", true)]
    [TestCase("ConformanceDocumentTests.Every_test_passes", false)]
    [TestCase("TlsAtTheFront.A_command_that_is_put_behind_STARTTLS_is_never_run", true, Description = "of another project")]
    [TestCase("Repository", false, Description = "a class without tests")]
    public void A_test_is_known_by_its_class_and_its_method(string name, bool exists) => Assert.That(IsTest(name), Is.EqualTo(exists));

    private static bool IsType(string name) =>
        name.Split('.') is [var type, .. var member]
        && Types[type].Any(found => member.Length == 0 || found.GetMember(member[0], Any).Length > 0);

    private static bool IsTest(string name) =>
        name.Split('.') is [var type, .. var member]
        && Tests.TryGetValue(type, out var source)
        && (
            member.Length == 0
            || (
                source.Contains($"public void {member[0]}(", StringComparison.Ordinal)
                || source.Contains($"public async Task {member[0]}(", StringComparison.Ordinal)
            )
        );

    /// <summary>Tables of four columns: clause, requirement, types, tests.</summary>
    private static ConformanceRow[] ReadRows() =>
        [
            .. File.ReadLines(Repository.PathOf("docs/smtp-conformance.md"))
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| clause", StringComparison.Ordinal))
                .Select(line => new ConformanceRow(line, NamesIn(line, 3), NamesIn(line, 4))),
        ];

    private static List<string> NamesIn(string line, int column) =>
        [.. Name().Matches(line.Split(" | ") is { Length: 4 } cells ? cells[column - 1] : "").Select(match => match.Groups["name"].Value)];

    /// <summary>Classes that hold tests, of all projects, with their text; a class may have several files.</summary>
    private static Dictionary<string, string> ReadTests() =>
        Directory
            .EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Class: Path.GetFileNameWithoutExtension(file), Text: File.ReadAllText(file)))
            .Where(file => file.Text.Contains("[Test", StringComparison.Ordinal))
            .GroupBy(file => file.Class, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Concat(group.Select(file => file.Text)), StringComparer.Ordinal);

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
