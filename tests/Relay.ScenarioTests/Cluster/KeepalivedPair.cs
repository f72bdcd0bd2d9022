using Relay.TestKit;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Two keepalived with the shipped files: the address is always where HAProxy is, and moves no oftener than it must.</summary>
internal sealed class KeepalivedPair : Scenario
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-keepalived-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task The_address_leaves_a_machine_without_HAProxy_or_power_and_does_not_come_back_by_itself()
    {
        Assume.That(Environment.IsPrivilegedProcess, "network namespaces are root's to make");
        var network = Use(await Network.CreateAsync());
        var one = Use(new KeepalivedMachine("one", network.First, _folder.FullName));
        var two = Use(new KeepalivedMachine("two", network.Second, _folder.FullName));
        await one.StartAsync();
        await Until.TrueAsync(one.HasAddressAsync, "the first machine has the address"); // whoever is ready first keeps it
        await two.StartAsync();
        await Until.TrueAsync(() => two.Log.Contains("Entering BACKUP STATE", StringComparison.Ordinal), "the second machine stands by");
        await UntilItIsAtAsync(one, two);

        await one.StopHaproxyAsync();
        await UntilItIsAtAsync(two, one);

        one.StartHaproxy();
        await Until.TrueAsync(() => Times(one.Log, "VRRP_Script(haproxy) succeeded") == 2, "its HAProxy is seen again");
        Assert.That(await two.HasAddressAsync(), Is.True, "a machine that is well again takes nothing");

        await two.SwitchOffAsync();
        await Until.TrueAsync(one.HasAddressAsync, "the address is at the machine that is left");
        Assert.That(Times(one.Log, "Entering MASTER STATE"), Is.EqualTo(2));
    }

    private static Task UntilItIsAtAsync(KeepalivedMachine owner, KeepalivedMachine other) =>
        Until.TrueAsync(async () => await owner.HasAddressAsync() && !await other.HasAddressAsync(), "one machine has the address");

    private static int Times(string log, string text) => log.Split(text).Length - 1;
}
