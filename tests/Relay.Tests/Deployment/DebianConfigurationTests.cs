using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.TestKit;

namespace Relay.Tests.Deployment;

/// <summary>The configuration that the Debian package brings, and the units that belong to it.</summary>
public sealed class DebianConfigurationTests
{
    [Test]
    public void It_is_valid_and_lets_nothing_leave_the_machine()
    {
        using var folder = new TemporaryFolder();
        var shipped = File.ReadAllText(Repository.PathOf("deploy/debian/appsettings.json"));
        Assert.That(shipped, Does.Contain("\"/var/cache/relay\""));
        var options = Load(folder, shipped.Replace("/var/cache/relay", folder.Path, StringComparison.Ordinal)).Options!;

        Assert.That(
            options.Groups.Values.SelectMany(group => group.Upstreams.Values).Select(upstream => upstream.Kind),
            Is.All.EqualTo(UpstreamKind.Capture)
        );
        Assert.That(options.Spool.Path, Is.EqualTo("/var/lib/relay/spool.db"));
        Assert.That(options.Admin.Address, Is.EqualTo("127.0.0.1:8025"));
    }

    [Test]
    public void Its_listener_has_the_name_that_the_socket_unit_gives()
    {
        var socket = File.ReadAllLines(Repository.PathOf("deploy/systemd/relay.socket"));

        Assert.That(File.ReadAllText(Repository.PathOf("deploy/debian/appsettings.json")), Does.Contain("\"systemd:smtp\""));
        Assert.That(socket, Has.One.EqualTo("FileDescriptorName=smtp"));
        Assert.That(
            socket.Where(static line => line.StartsWith("ListenStream=", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "ListenStream=127.0.0.1:2525" })
        );
    }

    [Test]
    public void The_unit_checks_the_configuration_before_a_start_and_before_a_reload()
    {
        var unit = File.ReadAllLines(Repository.PathOf("deploy/systemd/relay.service"));
        var reload = unit.Where(static line => line.StartsWith("ExecReload=", StringComparison.Ordinal));

        Assert.That(unit, Has.One.EqualTo("ExecStartPre=/usr/bin/relay check --config /etc/relay/appsettings.json"));
        Assert.That(
            reload,
            Is.EqualTo(
                new[] { "ExecReload=/usr/bin/relay check --config /etc/relay/appsettings.json", "ExecReload=/bin/kill -HUP $MAINPID" }
            )
        );
    }

    private static ConfigurationResult Load(TemporaryFolder folder, string text) =>
        new ConfigurationLoader(StrategyRegistry.Names).Load(
            new ConfigurationSources
            {
                File = folder.Write("appsettings.json", text),
                CurrentFolder = folder.Path,
                ProgramFolder = folder.Path,
            }
        );
}
