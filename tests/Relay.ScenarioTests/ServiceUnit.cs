using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>The unit that is shipped for systemd, judged by systemd's own tool where there is one.</summary>
internal sealed class ServiceUnit
{
    /// <summary>In tenths of systemd's measure of exposure, from 0 to 100; a unit without any of it has 96.</summary>
    private const int MostExposed = 25;

    private static readonly string Unit = Repository.PathOf("deploy/systemd/relay.service");

    [Test]
    public async Task The_unit_is_valid_and_shut_in()
    {
        Assert.That(
            await File.ReadAllLinesAsync(Unit),
            Is.SupersetOf(
                new[] { "User=relay", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE" }
            )
        );
        if (File.Exists("/usr/bin/systemd-analyze"))
        {
            string[] arguments = ["security", "--offline=true", "--no-pager", $"--threshold={MostExposed}", Unit];
            var judged = await ProcessRunner.RunAsync("systemd-analyze", arguments);

            Assert.That(judged.ExitCode, Is.Zero, judged.Output);
        }
    }
}
