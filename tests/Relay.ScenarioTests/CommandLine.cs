using System.Net;
using System.Net.Sockets;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>What an operator sees who starts it wrongly: a text that says what is wrong, and an exit code.</summary>
internal sealed class CommandLine : Scenario
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-cli-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task Check_is_content_with_a_good_configuration()
    {
        var check = await RunWithAsync("check", new RelayConfiguration().Upstream("a", "127.0.0.1:25").ToJson());

        Assert.That(check.ExitCode, Is.Zero, check.Output);
    }

    [TestCase("check")]
    [TestCase("run")]
    public async Task All_errors_of_a_configuration_are_told_at_once_with_their_keys(string command)
    {
        var configuration = new RelayConfiguration()
            .Strategy("RoundRobbin")
            .Upstream("a", "no port here:x", new { Wieght = 3 })
            .Set("Limits:Recipients", -1)
            .Set("Access:Networks", new[] { "0.0.0.0/0" });

        var result = await RunWithAsync(command, configuration.ToJson());

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Output, Does.Contain("Relay:Groups:default:Strategy").And.Contain("RoundRobin"));
        Assert.That(result.Output, Does.Contain("Relay:Groups:default:Upstreams:a:Address"));
        Assert.That(
            result.Output,
            Does.Contain("Relay:Groups:default:Upstreams:a:Wieght").And.Contain("did you mean").IgnoreCase.And.Contain("Weight")
        );
        Assert.That(result.Output, Does.Contain("Relay:Limits:Recipients"));
        Assert.That(result.Output, Does.Contain("Relay:Access:Networks"));
        Assert.That(result.Output, Does.Not.Contain("   at "), "no stack trace");
    }

    [Test]
    public async Task A_file_that_is_not_there_is_told()
    {
        var result = await RunAsync("check", "--config", Path.Combine(_folder.FullName, "missing.json"));

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Output, Does.Contain("missing.json").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_file_that_is_no_JSON_is_told_with_the_place()
    {
        var result = await RunWithAsync("check", "{ \"Relay\": { \"HostName\": }");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Output, Does.Contain("relay.json").And.Contain("line").IgnoreCase.And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_port_that_is_in_use_ends_the_start_with_its_name()
    {
        var configuration = new RelayConfiguration().Upstream("a", "127.0.0.1:25");
        using var holder = new TcpListener(IPAddress.Loopback, configuration.SmtpPort);
        holder.Start();

        var result = await RunWithAsync("run", configuration.ToJson());

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Output, Does.Contain($"127.0.0.1:{configuration.SmtpPort}").And.Contain("in use").And.Not.Contain("   at "));
    }

    [TestCase("dance")]
    [TestCase("run", "--confg", "x.json")]
    public async Task Wrong_use_is_told_with_exit_code_2(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.That(result.ExitCode, Is.EqualTo(2), result.Output);
        Assert.That(result.Output, Does.Contain(arguments.Length == 1 ? "dance" : "--confg"));
    }

    [Test]
    public async Task The_environment_and_the_command_line_overrule_the_file()
    {
        var sink = StartCountingSink();
        var path = await WriteAsync(new RelayConfiguration().Upstream("a", "127.0.0.1:1").Set("Limits:Recipients", 0).ToJson());
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Relay__Groups__default__Upstreams__a__Address"] = sink.Address,
            ["Relay__Limits__Recipients"] = "-5",
        };

        var result = await ProcessRunner.RunAsync(
            "dotnet",
            [Repository.Program, "check", "--config", path, "--Relay:Limits:Recipients=500"],
            environment: environment
        );

        Assert.That(result.ExitCode, Is.Zero, result.Output);
    }

    private async Task<ProcessResult> RunWithAsync(string command, string configuration) =>
        await RunAsync(command, "--config", await WriteAsync(configuration));

    private Task<ProcessResult> RunAsync(params string[] arguments) =>
        ProcessRunner.RunAsync("dotnet", [Repository.Program, .. arguments], folder: _folder.FullName);

    private async Task<string> WriteAsync(string configuration)
    {
        var path = Path.Combine(_folder.FullName, "relay.json");
        await File.WriteAllTextAsync(path, configuration);
        return path;
    }
}
