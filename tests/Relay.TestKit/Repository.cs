namespace Relay.TestKit;

/// <summary>Finds what the tests use of the working copy: the built program, the shipped configuration, the samples.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Relay.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Names the <c>Relay.dll</c> of a published program, which is what users have, and starts sooner.</summary>
    public const string PublishedVariable = "RELAY_PROGRAM";

    /// <summary>As <c>tests/run.sh</c> has published it; null when it has not.</summary>
    public static string? PublishedProgram => Environment.GetEnvironmentVariable(PublishedVariable) is { Length: > 0 } path ? path : null;

    /// <summary>The program: the published one, or else as it was built in the configuration that the tests were built in.</summary>
    public static string Program => PublishedProgram ?? BuiltAssembly("src/Relay", "Relay.dll");

    public static string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    /// <summary>What a project of the solution was built to: bin/CONFIGURATION/FRAMEWORK, as this assembly's own folder is called.</summary>
    public static string BuiltAssembly(string project, string fileName)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Root, project, "bin", framework.Parent!.Name, framework.Name, fileName);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Relay.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of a working copy: no Relay.sln above them.");
    }
}
