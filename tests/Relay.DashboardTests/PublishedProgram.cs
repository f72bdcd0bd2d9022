using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.DashboardTests;

/// <summary>The dashboard is looked at as users get it: published. What works from a build folder may miss its scripts and styles there.</summary>
internal static class PublishedProgram
{
    /// <summary>Publishes it, unless tests/run.sh has done so and says where it is.</summary>
    public static async Task EnsureAsync()
    {
        if (Repository.PublishedProgram is not null)
        {
            return;
        }

        var folder = Repository.PathOf("artifacts/program");
        string[] arguments = ["publish", Repository.PathOf("src/Relay"), "-c", "Release", "-v", "quiet", "-o", folder, "--nologo"];
        var result = await ProcessRunner.RunAsync("dotnet", arguments, within: TimeSpan.FromMinutes(5));
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet publish failed:\n{result.Output}");
        }

        Environment.SetEnvironmentVariable(Repository.PublishedVariable, Path.Combine(folder, "Relay.dll"));
    }
}
