using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>The image for containers, built and run; needs root, or a Docker engine.</summary>
internal sealed class ContainerImage : Scenario
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    /// <summary>On base images that are made here: the tests reach no registry.</summary>
    [Test]
    [Category("Soak")]
    [NonParallelizable] // it publishes, as others do
    public async Task It_is_built_and_lives_by_itself_and_in_compose()
    {
        var run = await ProcessRunner.RunAsync("bash", [Repository.PathOf("deploy/test-image.sh"), "--stand-ins"], Long);

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Match("\n[0-9]+ passed, 0 failed\n"));
    }
}
