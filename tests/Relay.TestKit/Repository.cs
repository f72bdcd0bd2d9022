namespace Relay.TestKit;

/// <summary>Finds what the tests use of the working copy: the built program, the shipped configuration, the samples.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Relay.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The program, built in the configuration the tests were built in.</summary>
    public static string Program { get; } = BuiltAssembly("src/Relay", "Relay.dll");

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
