using System.Net.Sockets;
using Relay.TestKit;

namespace Relay.Tests.Cli;

public sealed class RunCommandTests
{
    /// <summary>As a service manager does that is told to stop what it has just started.</summary>
    [Test]
    public async Task Whoever_is_asked_to_end_while_it_starts_ends_in_good_order()
    {
        using var folder = Configured();

        var run = await CommandRun.EndedAsync(folder, "run", "--Relay:Delivery:Accept=Proxy");

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task A_spool_that_cannot_be_opened_is_told_and_ends_the_start()
    {
        using var folder = Configured();

        var run = await CommandRun.OfAsync(folder, "run", $"--Relay:Spool:Path={folder.Path}");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"relay: the spool {folder.Path} cannot be opened: ").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_file_where_a_socket_shall_be_is_told_and_ends_the_start()
    {
        using var folder = Configured();
        var file = folder.Write("relay.sock", "somebody's file");

        var run = await CommandRun.OfAsync(folder, "run", "--Relay:Delivery:Accept=Proxy", $"--Relay:Listeners:smtp:Address=unix:{file}");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"relay: cannot listen on unix:{file}: ").And.Not.Contain("   at "));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("somebody's file"));
    }

    /// <summary>As a socket that was left behind in a folder that the relay may not write to. The files in /proc are such, for root too.</summary>
    [Test]
    public async Task A_socket_that_was_left_behind_and_cannot_be_removed_is_told_and_ends_the_start()
    {
        using var folder = Configured();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var file = $"/proc/self/fd/{socket.Handle}";

        var run = await CommandRun.OfAsync(folder, "run", "--Relay:Delivery:Accept=Proxy", $"--Relay:Listeners:smtp:Address=unix:{file}");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"relay: cannot listen on unix:{file}: ").And.Not.Contain("   at "));
    }

    private static TemporaryFolder Configured()
    {
        var folder = new TemporaryFolder();
        folder.Write(
            "appsettings.json",
            $$"""
            {
              "Relay": {
                "Listeners": { "smtp": { "Address": "{{LocalPort.FreeAddress()}}" } },
                "Admin": { "Address": "{{LocalPort.FreeAddress()}}" },
                "Groups": { "default": { "Upstreams": { "a": { "Address": "{{LocalPort.FreeAddress()}}" } } } },
                "Routes": [ { "Group": "default" } ]
              }
            }
            """
        );
        return folder;
    }
}
