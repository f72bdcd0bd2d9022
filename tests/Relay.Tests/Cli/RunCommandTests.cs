using Relay.TestKit;

namespace Relay.Tests.Cli;

public sealed class RunCommandTests
{
    /// <summary>As a service manager does that is told to stop what it has just started.</summary>
    [Test]
    public async Task Whoever_is_asked_to_end_while_it_starts_ends_in_good_order()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "appsettings.json",
            $$"""
            {
              "Relay": {
                "Listeners": { "smtp": { "Address": "{{LocalPort.FreeAddress()}}" } },
                "Admin": { "Address": "{{LocalPort.FreeAddress()}}" },
                "Delivery": { "Accept": "Proxy" },
                "Groups": { "default": { "Upstreams": { "a": { "Address": "{{LocalPort.FreeAddress()}}" } } } },
                "Routes": [ { "Group": "default" } ]
              }
            }
            """
        );

        var run = await CommandRun.EndedAsync(folder, "run");

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
    }
}
