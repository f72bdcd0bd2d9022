using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>The Debian package: what is in it, and in the long form what it does to a Debian.</summary>
internal sealed class DebianPackage : Scenario
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-deb-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task It_holds_program_configuration_units_and_manual_with_their_owners()
    {
        var package = await BuildAsync("--program", CopyProgram(), "--version", "1.2.3", "--quick");
        var files = (await RunAsync("dpkg-deb", "--contents", package)).Split('\n');
        var control = Path.Combine(_folder.FullName, "control");
        await RunAsync("dpkg-deb", "--control", package, control);

        Assert.That(Path.GetFileName(package), Does.StartWith("relay_1.2.3_"));
        Assert.That(files, Has.One.Match("^-rwxr-xr-x root/root .* ./usr/lib/relay/Relay$"));
        Assert.That(files, Has.One.Match("^-rw-r----- root/root .* ./etc/relay/appsettings.json$"));
        Assert.That(files, Has.One.EndsWith(" ./usr/bin/relay -> ../lib/relay/Relay"));
        Assert.That(files, Has.One.EndsWith(" ./usr/lib/relay/appsettings.json -> /etc/relay/appsettings.json"));
        Assert.That(files, Has.One.EndsWith(" ./usr/lib/systemd/system/relay.service"));
        Assert.That(files, Has.One.EndsWith(" ./usr/lib/systemd/system/relay.socket"));
        Assert.That(files, Has.One.EndsWith(" ./usr/share/man/man1/relay.1.gz"));
        Assert.That(files.Where(static line => line.Length > 0 && !line.Contains(" root/root ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(control, "conffiles")), Is.EqualTo("/etc/relay/appsettings.json\n"));
        foreach (var script in new[] { "postinst", "prerm", "postrm" })
        {
            await RunAsync("sh", "-n", Path.Combine(control, script));
        }
    }

    /// <summary>The package as it is shipped, in a Debian that is unpacked for it; needs root.</summary>
    [Test]
    [Category("Soak")]
    [NonParallelizable] // it publishes, as others do
    public async Task Installed_upgraded_removed_and_purged_it_does_what_a_package_should()
    {
        var package = await BuildAsync();
        var output = await RunAsync("bash", Repository.PathOf("deploy/test-deb.sh"), package);

        Assert.That(output, Does.Match("\n[0-9]+ passed, 0 failed\n$"));
    }

    /// <summary>The package in a Debian whose systemd runs, in a container; needs root, or a Docker engine.</summary>
    [Test]
    [Category("Soak")]
    [NonParallelizable] // it publishes, as others do
    public async Task Reloaded_killed_and_frozen_its_service_goes_on()
    {
        var output = await RunAsync("bash", Repository.PathOf("deploy/test-service.sh"), await BuildAsync("--quick"));

        Assert.That(output, Does.Match("\n[0-9]+ passed, 0 failed\n$"));
    }

    /// <summary>The program as it was built for the tests, in place of a published one: without what lies below it for other systems.</summary>
    private string CopyProgram()
    {
        var folder = _folder.CreateSubdirectory("program");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Repository.Program)!))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        return folder.FullName;
    }

    private async Task<string> BuildAsync(params string[] options)
    {
        var output = await RunAsync("bash", [Repository.PathOf("deploy/build-deb.sh"), "--output", _folder.FullName, .. options]);
        return output.TrimEnd().Split('\n')[^1];
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var run = await ProcessRunner.RunAsync(program, arguments, Long);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run.Output;
    }
}
