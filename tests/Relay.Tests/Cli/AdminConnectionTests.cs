using Relay.TestKit;

namespace Relay.Tests.Cli;

/// <summary>Which relay a command talks to. Nobody listens there, and the error names the address.</summary>
public sealed class AdminConnectionTests
{
    private readonly int _port = LocalPort.Free();
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Url_goes_before_the_environment_and_that_before_the_configuration()
    {
        Configure($"127.0.0.1:{LocalPort.Free()}");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["RELAY_URL"] = $"http://127.0.0.1:{_port}" };

        var byEnvironment = await CommandRun.OfAsync(_folder, environment, "status");
        environment["RELAY_URL"] = "http://127.0.0.1:1";
        var byOption = await CommandRun.OfAsync(_folder, environment, "status", "--url", $"http://127.0.0.1:{_port}");

        AssertAsked(byEnvironment, "127.0.0.1");
        AssertAsked(byOption, "127.0.0.1");
    }

    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("*", "127.0.0.1")]
    [TestCase("0.0.0.0", "127.0.0.1")]
    [TestCase("[::]", "[::1]")]
    public async Task The_configured_address_is_asked_as_a_client_on_the_machine_reaches_it(string configured, string asked)
    {
        Configure($"{configured}:{_port}");

        AssertAsked(await CommandRun.OfAsync(_folder, "status"), asked);
    }

    [Test]
    public async Task A_configuration_without_a_TCP_address_needs_a_url()
    {
        Configure("unix:/run/relay-admin.sock");

        var run = await CommandRun.OfAsync(_folder, "status");

        Assert.That(
            (run.ExitCode, run.Error),
            Is.EqualTo((1, $"relay: the configuration opens no TCP address for Admin; name one with --url{Environment.NewLine}"))
        );
    }

    [TestCase("relay.example.com:8025")]
    [TestCase("ftp://relay.example.com")]
    public async Task What_is_no_url_is_told(string url)
    {
        var run = await CommandRun.OfAsync(_folder, "status", "--url", url);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain($"\"{url}\" is not a URL such as http://127.0.0.1:8025"));
    }

    private void Configure(string admin) =>
        _folder.Write(
            "appsettings.json",
            $$"""
            { "Relay": {
                "Admin": { "Address": "{{admin}}", "Token": "a-token-of-sixteen" },
                "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
                "Groups": { "default": { "Upstreams": { "a": { "Address": "127.0.0.1:25" } } } }
            } }
            """
        );

    private void AssertAsked(CommandRun run, string host)
    {
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"relay: no relay answers on http://{host}:{_port}/: "));
    }
}
