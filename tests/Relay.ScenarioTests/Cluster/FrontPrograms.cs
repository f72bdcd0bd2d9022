using System.Net.NetworkInformation;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>HAProxy and keepalived take the samples, and would find a mistake in them.</summary>
internal sealed class FrontPrograms : Scenario
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("relay-fronts-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [TestCase("option redispatch", "option redespatch", false)]
    [TestCase("", "", true)]
    public async Task HAProxy_takes_its_sample(string written, string instead, bool isGood)
    {
        var file = Altered("deploy/haproxy/haproxy.cfg", written, instead);

        var check = await ProcessRunner.RunAsync("haproxy", ["-c", "-f", file]);

        Assert.That(check.ExitCode == 0, Is.EqualTo(isGood), check.Output);
        Assert.That(check.Output.Contains("WARNING", StringComparison.Ordinal), Is.False, check.Output);
    }

    [TestCase("one", "", "", true)]
    [TestCase("two", "", "", true)]
    [TestCase("one", "virtual_router_id", "virtual_router", false)]
    public async Task Keepalived_takes_its_sample(string machine, string written, string instead, bool isGood)
    {
        var file = Altered("deploy/keepalived/keepalived.conf", written, instead);
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("interface eth0", $"interface {SomeInterface()}", StringComparison.Ordinal));

        // What it finds is in the log that it is given. Its exit code says nothing where no init is: it ends itself by a signal then.
        var log = Path.Combine(_folder.FullName, "log");
        await ProcessRunner.RunAsync("setsid", ["--wait", "keepalived", $"--config-test={log}", "-f", file, "-i", machine]);

        Assert.That(await File.ReadAllTextAsync(log), isGood ? Is.Empty : Does.Contain("Unknown keyword"));
    }

    private string Altered(string sample, string written, string instead)
    {
        var text = File.ReadAllText(Repository.PathOf(sample));
        var file = Path.Combine(_folder.FullName, Path.GetFileName(sample));
        File.WriteAllText(file, written.Length == 0 ? text : text.Replace(written, instead, StringComparison.Ordinal));
        return file;
    }

    // It looks whether there is such an interface, and takes no loopback for the address of a pair.
    private static string SomeInterface() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .FirstOrDefault(static network => network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            ?.Name
        ?? throw new IgnoreException("This machine has no network interface but loopback.");
}
