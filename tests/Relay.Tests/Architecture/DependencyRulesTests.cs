namespace Relay.Tests.Architecture;

/// <summary>Holds which way dependencies point: each folder of the core may use those listed, and nothing else of the core.</summary>
public sealed class DependencyRulesTests
{
    private const string Core = "Relay.Core.";

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Messages"] = [],
        ["Timing"] = [],
        ["Files"] = [],
        ["Configuration"] = [],
        ["Smtp"] = ["Messages", "Configuration"],
        ["Reception"] = ["Smtp", "Messages", "Configuration", "Timing", "Telemetry"],
        ["Capture"] = ["Reception", "Smtp", "Upstreams.Connections", "Messages", "Configuration", "Timing"],
        ["Upstreams"] = ["Capture", "Messages", "Configuration", "Timing", "Files", "Telemetry"],
        ["Dispatch"] = ["Upstreams", "Messages", "Configuration", "Timing"],
        ["Forwarding"] = ["Dispatch", "Upstreams", "Messages", "Configuration", "Timing", "Telemetry"],
        ["Database"] = ["Configuration"],
        ["Cluster"] = ["Database", "Upstreams", "Configuration", "Timing", "Telemetry"],
        ["Spool"] = ["Dispatch", "Forwarding", "Upstreams", "Messages", "Configuration", "Timing", "Files", "Telemetry", "Database"],
        ["Pickup"] = ["Reception", "Spool", "Smtp", "Messages", "Configuration", "Files", "Telemetry"],
        ["Telemetry"] = ["Messages", "Configuration"],
    };

    /// <summary>Libraries, and the folders that may name them.</summary>
    private static readonly (string Library, string[] Folders)[] Fences =
    [
        ("MailKit", ["src/Relay.Core/Upstreams/Connections", "src/Relay.Core/Forwarding"]),
        (
            "MimeKit",
            [
                "src/Relay.Core/Upstreams/Connections",
                "src/Relay.Core/Forwarding",
                "src/Relay.Core/Spool/Bounces",
                "src/Relay.Core/Capture",
                "src/Relay/Cli/Sending",
            ]
        ),
        ("DnsClient", ["src/Relay.Core/Upstreams/Discovery"]),
        ("Microsoft.Data.Sqlite", ["src/Relay.Core/Spool/Sqlite"]),
        (
            "Npgsql",
            [
                "src/Relay.Core/Database",
                "src/Relay.Core/Spool/PostgreSql",
                "src/Relay.Core/Cluster/PostgreSql",
                "src/Relay.Core/Configuration",
            ]
        ),
        ("NLog", ["src/Relay"]),
        // Not among the usings that the compiler adds in the core, so that whoever uses it has to name it.
        ("System.Net.Http", ["src/Relay", "src/Relay.Core/Upstreams/Connections/OAuth2"]),
        ("Microsoft.AspNetCore.Http", ["src/Relay"]),
        ("Microsoft.AspNetCore.Builder", ["src/Relay"]),
        ("Microsoft.AspNetCore.Connections", ["src/Relay", "src/Relay.Core/Reception"]),
        ("System.CommandLine", ["src/Relay/Cli"]),
        ("Spectre.Console", ["src/Relay/Cli"]),
        ("OpenTelemetry", ["src/Relay/Telemetry"]),
        ("System.Diagnostics.Metrics", ["src/Relay.Core/Telemetry"]),
    ];

    private static readonly IReadOnlyList<SourceFile> Source = SourceFile.Below("src");

    [Test]
    public void Folders_of_the_core_use_only_what_lies_before_them_on_the_path()
    {
        var offences =
            from file in Source
            where file.Path.StartsWith("src/Relay.Core/", StringComparison.Ordinal) && file.Path.Count(character => character == '/') > 2
            let folder = file.Path.Split('/')[2]
            from used in file.Usings
            where used.StartsWith(Core, StringComparison.Ordinal)
            let target = used[Core.Length..]
            where !IsWithin(target, folder) && !Allowed[folder].Any(allowed => IsWithin(target, allowed))
            select $"{file.Path} uses {used}";

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void The_core_does_not_know_the_program()
    {
        var offences =
            from file in Source
            where file.Path.StartsWith("src/Relay.Core/", StringComparison.Ordinal)
            from used in file.Usings
            where used is "Relay" || (IsWithin(used, "Relay") && !IsWithin(used, "Relay.Core"))
            select $"{file.Path} uses {used}";

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void Libraries_stay_within_their_folders()
    {
        var offences =
            from file in Source
            from used in file.Usings
            from fence in Fences
            where IsWithin(used, fence.Library) && !fence.Folders.Any(folder => IsBelow(file.Path, folder))
            select $"{file.Path} uses {used}";

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void HTTP_is_not_reached_around_the_fence()
    {
        var offences =
            from file in Source
            where file.Path.StartsWith("src/Relay.Core/", StringComparison.Ordinal)
            where !IsBelow(file.Path, "src/Relay.Core/Upstreams/Connections/OAuth2")
            where file.Text.Contains("System.Net." + "Http", StringComparison.Ordinal)
            select file.Path;

        Assert.That(offences, Is.Empty);
    }

    [Test]
    public void The_rules_name_every_folder_of_the_core()
    {
        var folders = Source
            .Where(file => file.Path.StartsWith("src/Relay.Core/", StringComparison.Ordinal))
            .Select(file => file.Path.Split('/'))
            .Where(parts => parts.Length > 3)
            .Select(parts => parts[2])
            .Distinct(StringComparer.Ordinal);

        Assert.That(folders, Is.SubsetOf(Allowed.Keys));
    }

    private static bool IsWithin(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);
}
