using System.Text.RegularExpressions;
using Relay.TestKit;

namespace Relay.Tests.Architecture;

/// <summary>One C# file of the repository, as the rules look at it.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    public string Folder => Path[..Path.LastIndexOf('/')];

    public int Lines => Text.AsSpan().Count('\n');

    /// <summary>What its <c>using</c> lines name.</summary>
    public IEnumerable<string> Usings => UsingLine().Matches(Text).Select(match => match.Groups["name"].Value);

    public string? Namespace => NamespaceLine().Match(Text) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>All files below a folder, generated ones left out.</summary>
    public static IReadOnlyList<SourceFile> Below(params string[] folders) =>
        [
            .. from folder in folders
            from file in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            let path = System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
            where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
            select new SourceFile(path, File.ReadAllText(file)),
        ];

    [GeneratedRegex(
        @"^(?:global )?using (?:static )?(?:\w+ = )?(?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamespaceLine();
}
