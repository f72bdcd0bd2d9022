using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>The program for Windows, as far as Wine is one.</summary>
internal sealed class WindowsProgram : Scenario
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(15);

    [Test]
    [Category("Soak")]
    [NonParallelizable] // it publishes, as others do
    public async Task It_runs_as_a_service_and_stops_when_told()
    {
        var run = await ProcessRunner.RunAsync("bash", [Repository.PathOf("deploy/test-windows.sh")], Long);

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Match("\n[0-9]+ passed, 0 failed\n"));
    }
}
