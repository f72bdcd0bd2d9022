using System.Text.RegularExpressions;
using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.TestKit;

namespace Relay.Tests.Deployment;

/// <summary>What can be known of the container without building it: that its sources are there, and that it gives away no right.</summary>
public sealed partial class ContainerTests
{
    private static readonly string[] Instructions = ReadInstructions();

    [Test]
    public void What_is_copied_from_the_repository_is_there()
    {
        var sources = Instructions
            .Where(static line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(static line => line.Split(' ')[1..^1])
            .ToArray();

        Assert.That(sources, Is.Not.Empty);
        Assert.That(sources.Where(static source => !Path.Exists(Repository.PathOf(source))), Is.Empty);
    }

    [Test]
    public void Everything_that_the_build_reads_at_the_top_is_copied()
    {
        var copied = string.Join(' ', Instructions.Where(static line => line.StartsWith("COPY ", StringComparison.Ordinal)));

        foreach (
            var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "appsettings.json", "eng/", "src/" }
        )
        {
            Assert.That(copied, Does.Contain(file));
        }
    }

    [Test]
    public void It_runs_as_somebody_without_rights()
    {
        var user = Instructions.Last(static line => line.StartsWith("USER ", StringComparison.Ordinal));
        var after = Instructions.SkipWhile(line => line != user);

        Assert.That(user, Does.Match("^USER [1-9][0-9]{3,}:[1-9][0-9]{3,}$"), "a number: Kubernetes cannot tell whether a name is root's");
        Assert.That(after.Where(static line => line.StartsWith("RUN ", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Its_health_is_asked_by_the_program_itself()
    {
        var check = Instructions.Single(static line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));

        Assert.That(check, Does.Match("CMD \\[\"/app/Relay\", \"health\""));
        Assert.That(Instructions, Has.One.EqualTo("ENTRYPOINT [\"/app/Relay\"]"), "no shell stands between SIGTERM and Relay");
    }

    [Test]
    public void The_profile_that_is_published_exists()
    {
        var dockerfile = string.Join('\n', Instructions);
        var profiles = Rid().Matches(dockerfile).Select(static match => match.Value).Distinct(StringComparer.Ordinal).ToArray();

        Assert.That(profiles, Is.EquivalentTo(new[] { "linux-x64", "linux-arm64" }));
        Assert.That(
            profiles.Where(static rid => !File.Exists(Repository.PathOf($"src/Relay/Properties/PublishProfiles/{rid}.pubxml"))),
            Is.Empty
        );
    }

    [Test]
    public void Its_configuration_is_valid_alone() => Assert.That(Load([]), Is.Empty);

    [Test]
    public void Its_configuration_is_valid_with_what_compose_sets()
    {
        using var folder = new TemporaryFolder();
        var token = folder.Write("token", "secret\n");
        var compose = File.ReadAllText(Repository.PathOf("deploy/compose.yaml"));
        var set = Setting()
            .Matches(compose)
            .ToDictionary(
                static match => match.Groups["key"].Value,
                static match => match.Groups["value"].Value.Trim('"'),
                StringComparer.Ordinal
            );
        Assert.That(set, Contains.Key("Relay__Admin__TokenFile"));
        set["Relay__Admin__TokenFile"] = token;

        Assert.That(Load(set), Is.Empty);
        Assert.That(compose, Does.Contain("read_only: true").And.Contain("cap_drop: [ALL]").And.Contain("no-new-privileges:true"));
    }

    private static IEnumerable<string> Load(Dictionary<string, string> environment)
    {
        var result = new ConfigurationLoader(StrategyRegistry.Names).Load(
            new ConfigurationSources
            {
                File = Repository.PathOf("deploy/container.json"),
                CurrentFolder = Repository.Root,
                ProgramFolder = Repository.Root,
                Environment = environment,
            }
        );
        return result.Errors.Select(static error => error.ToString());
    }

    // A line that ends in a backslash goes on in the next.
    private static string[] ReadInstructions() =>
        [
            .. File.ReadAllText(Repository.PathOf("deploy/Dockerfile"))
                .Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n')
                .Where(static line => line.Length > 0 && !line.StartsWith('#')),
        ];

    [GeneratedRegex("linux-[a-z0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Rid();

    [GeneratedRegex("^ +(?<key>Relay__[A-Za-z0-9_]+): (?<value>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();
}
