using System.Net.Sockets;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>Sockets that systemd opens, keeps and hands over by name.</summary>
internal sealed class SocketActivation : Scenario
{
    [Test]
    public async Task Two_listeners_and_the_admin_address_are_handed_over_by_name()
    {
        var submission = LocalPort.Free();
        var sink = StartCountingSink();
        var configuration = Activated().Upstream("a", sink.Address).Set("Listeners:submission:Address", "systemd:submission");
        var relay = Use(
            await RelayUnderTest.StartAsync(
                configuration,
                TestContext.CurrentContext.Test.Name,
                [
                    "systemd-socket-activate",
                    $"--listen=127.0.0.1:{configuration.SmtpPort}",
                    $"--listen=127.0.0.1:{submission}",
                    $"--listen=127.0.0.1:{configuration.AdminPort}",
                    "--fdname=smtp:submission:admin",
                    .. PassedOn(),
                ]
            )
        );

        foreach (var port in new[] { relay.Port, submission })
        {
            await using var client = await RawSmtpClient.OpenAsync(port);
            Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250 2.0.0 OK"));
        }

        Assert.That(sink.Count, Is.EqualTo(2));
        Assert.That((await relay.GetUpstreamsAsync())["a"].Delivered, Is.EqualTo(2), "the admin address answers too");
        await relay.LoggedAsync($"Listener submission takes mail on 127.0.0.1:{submission}");
    }

    [Test]
    public async Task Two_sockets_of_one_name_are_one_listener_and_one_that_nobody_takes_is_told()
    {
        var configuration = Activated("smtp").Upstream("a", StartCountingSink().Address);
        var second = LocalPort.Free();
        var relay = Use(
            await RelayUnderTest.StartAsync(
                configuration,
                TestContext.CurrentContext.Test.Name,
                [
                    "systemd-socket-activate",
                    $"--listen=127.0.0.1:{configuration.SmtpPort}",
                    $"--listen=127.0.0.1:{second}",
                    $"--listen=127.0.0.1:{LocalPort.Free()}",
                    "--fdname=smtp:smtp:spare",
                    .. PassedOn(),
                ]
            )
        );

        await using var first = await RawSmtpClient.OpenAsync(relay.Port);
        await using var other = await RawSmtpClient.OpenAsync(second);

        Assert.That(await other.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250 "));
        await relay.LoggedAsync("No listener has the address systemd:spare");
    }

    [Test]
    public async Task Who_connects_while_the_relay_is_down_is_greeted_when_it_is_back()
    {
        var configuration = Activated().Upstream("a", StartCountingSink().Address);
        var file = await WriteAsync(configuration);
        var holder = Use(
            await SocketHolder.OpenAsync(
                [("smtp", configuration.SmtpPort), ("admin", configuration.AdminPort)],
                ["dotnet", Repository.Program, "run", "--config", file]
            )
        );

        for (var run = 0; run < 2; run++)
        {
            await using var early = await RawSmtpClient.ConnectAsync(configuration.SmtpPort);
            holder.StartProgram();
            Assert.That(await early.ReadReplyAsync(), Does.StartWith("220 "), $"start {run}");
            Assert.That(await early.CommandAsync("QUIT"), Does.StartWith("221 "));
            Assert.That(await holder.StopProgramAsync(), Is.Zero, holder.Output);
        }
    }

    [Test]
    public async Task What_was_not_handed_over_is_told_and_ends_the_start()
    {
        var configuration = Activated().Upstream("a", "127.0.0.1:25");
        string[] relay = ["dotnet", Repository.Program, "run", "--config", await WriteAsync(configuration)];
        var alone = await ProcessRunner.RunAsync(relay[0], relay[1..]);
        var otherName = await StartOnceAsync([("mail", configuration.SmtpPort)], relay);
        var open = await StartOnceAsync(
            [("smtp", configuration.SmtpPort), ("admin", 0)],
            [.. relay, "--Relay:Admin:Address=systemd:nowhere"]
        );

        Assert.That(alone.ExitCode, Is.EqualTo(1));
        Assert.That(alone.Output, Does.StartWith("relay: cannot listen on systemd:").And.Contain("LISTEN_FDS is not set"));
        Assert.That(otherName, Does.Contain("cannot listen on systemd:smtp").And.Contain("no socket of that name; there is mail"));
        Assert.That(open, Does.Contain("cannot listen on systemd:nowhere").And.Contain("there is admin, smtp"));
    }

    [Test]
    public async Task An_admin_socket_that_other_machines_reach_needs_a_token()
    {
        var configuration = Activated().Upstream("a", "127.0.0.1:25");
        var relay = Use(
            await RelayUnderTest.StartAsync(
                configuration,
                TestContext.CurrentContext.Test.Name,
                [
                    "systemd-socket-activate",
                    $"--listen=127.0.0.1:{configuration.SmtpPort}",
                    $"--listen=0.0.0.0:{configuration.AdminPort}",
                    "--fdname=smtp:admin",
                    .. PassedOn(),
                ]
            )
        );

        Assert.That(await relay.WaitForExitAsync(), Is.EqualTo(1));
        relay.Kill(); // there is nobody left to be asked politely
        Assert.That(relay.Log, Does.Contain($"0.0.0.0:{configuration.AdminPort} is open to other machines and needs Relay:Admin:Token"));
    }

    [Test]
    public async Task Systemd_is_told_when_the_relay_is_ready_alive_and_stops()
    {
        var folder = Directory.CreateTempSubdirectory("relay-notify-");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = Path.Combine(folder.FullName, "notify");
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var configuration = new RelayConfiguration().Upstream("a", StartCountingSink().Address);
        var relay = await RelayUnderTest.StartAsync(
            configuration,
            TestContext.CurrentContext.Test.Name,
            ["sh", "-c", $"NOTIFY_SOCKET={path} exec \"$@\"", "sh"]
        );

        Assert.That(await ReceiveAsync(socket), Is.EqualTo("READY=1"));
        Assert.That(LocalPort.IsListening(relay.Port), Is.True);
        Assert.That(await ReceiveAsync(socket), Is.EqualTo("WATCHDOG=1"));
        await relay.DisposeAsync();
        var last = "";
        while (socket.Available > 0)
        {
            last = await ReceiveAsync(socket);
        }

        Assert.That(last, Is.EqualTo("STOPPING=1"));
        folder.Delete(recursive: true);
    }

    /// <summary>Every listener and the admin address are sockets of systemd.</summary>
    private static RelayConfiguration Activated(params string[] only)
    {
        var configuration = new RelayConfiguration().Set("Listeners:smtp:Address", "systemd:smtp");
        return only.Length > 0 ? configuration : configuration.Set("Admin:Address", "systemd:admin");
    }

    /// <summary>systemd-socket-activate passes on what it is told to, and nothing else of the environment.</summary>
    private static IEnumerable<string> PassedOn() =>
        new[] { "PATH", "HOME", "DOTNET_ROOT" }
            .Where(static name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            .Select(static name => $"--setenv={name}");

    private async Task<string> WriteAsync(RelayConfiguration configuration)
    {
        var folder = Keep(new TemporaryFolderOfTest());
        var file = Path.Combine(folder.Path, "relay.json");
        await File.WriteAllTextAsync(file, configuration.ToJson());
        return file;
    }

    /// <summary>What a program says that ends at once.</summary>
    private static async Task<string> StartOnceAsync(IEnumerable<(string Name, int Port)> sockets, string[] command)
    {
        await using var holder = await SocketHolder.OpenAsync(sockets, command);
        holder.StartProgram();
        await Until.TrueAsync(() => holder.Output.Contains("ended 1", StringComparison.Ordinal), $"it has ended; it wrote {holder.Output}");
        return holder.Output;
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[256];
        var length = await socket.ReceiveAsync(buffer, deadline.Token);
        return System.Text.Encoding.UTF8.GetString(buffer.AsSpan(0, length)).TrimEnd('\n');
    }

    private sealed class TemporaryFolderOfTest : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("relay-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
