using System.Text.Json;

namespace Relay.Tests.Cli;

public sealed class RelayCommandLineTests
{
    private const string Valid = """
        {
          "Relay": {
            "HostName": "relay.example.com",
            "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
            "Groups": {
              "default": {
                "Strategy": "RoundRobin",
                "Upstreams": {
                  "b": { "Address": "smtp-b.example.com:587", "Weight": 3, "UserName": "u", "Password": "hunter2" },
                  "a": { "Address": "smtp-a.example.com:587" },
                  "z": { "Address": "smtp-z.example.com", "Backup": true, "Connections": 1 }
                }
              },
              "bulk": { "Upstreams": { "c": { "Address": "smtp-c.example.com" } } }
            },
            "Routes": [ { "From": "*@news.example.com", "Client": "10.0.0.0/8", "Group": "bulk" }, { "Group": "default" } ]
          }
        }
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Check_shows_listeners_routes_and_groups_in_tiers()
    {
        _folder.Write("appsettings.json", Valid);

        var run = await CommandRun.OfAsync(_folder, "check");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Is.Empty);
        Assert.That(run.Output, Does.StartWith("The configuration is valid ("));
        Assert.That(run.Output, Does.Contain("smtp             127.0.0.1:2525"));
        Assert.That(run.Output, Does.Contain("from *@news.example.com, client in 10.0.0.0/8 -> bulk"));
        Assert.That(run.Output, Does.Contain("everything -> default"));
        Assert.That(run.Output, Does.Match(@"primary\s+priority 0\s+a\s+smtp-a\.example\.com:587\s+weight 1, 10 connections"));
        Assert.That(run.Output, Does.Match(@"primary\s+priority 0\s+b\s+smtp-b\.example\.com:587\s+weight 3, 10 connections"));
        Assert.That(run.Output, Does.Match(@"backup\s+priority 1\s+z\s+smtp-z\.example\.com\s+weight 1, 1 connection\s"));
        Assert.That(run.Output, Does.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Check_shows_what_is_in_force_of_a_preset_and_where_it_comes_from()
    {
        _folder.Write(
            "appsettings.json",
            """
            { "Relay": { "HostName": "relay.example.com", "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
              "Groups": { "default": { "Upstreams": { "ses": { "Preset": "AmazonSes", "Connections": 10,
                "UserName": "u", "Password": "hunter2", "SenderPatterns": ["*@example.com"] } } } } } }
            """
        );

        var run = await CommandRun.OfAsync(_folder, "check", "--Relay:Groups:default:Upstreams:ses:MessagesPerConnection=50");

        Assert.That(run.Error, Is.Empty);
        Assert.That(
            run.Output,
            Does.Match(@"ses\s+email-smtp\.us-east-1\.amazonaws\.com:587\s+weight 1, 10 connections, senders \*@example\.com")
        );
        Assert.That(run.Output, Does.Contain("Address = email-smtp.us-east-1.amazonaws.com:587 (preset AmazonSes)"));
        Assert.That(run.Output, Does.Contain("Connections = 10 (file)"));
        Assert.That(run.Output, Does.Contain("MessagesPerConnection = 50 (command line)"));
        Assert.That(run.Output, Does.Contain("RecipientRates = 14/s, 50000/day (preset AmazonSes)"));
        Assert.That(run.Output, Does.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Check_prints_json_when_asked()
    {
        _folder.Write("appsettings.json", Valid);

        var run = await CommandRun.OfAsync(_folder, "check", "--json");

        using var document = JsonDocument.Parse(run.Output);
        var group = document
            .RootElement.GetProperty("groups")
            .EnumerateArray()
            .Single(group => group.GetProperty("name").GetString() == "default");
        var primaries = group.GetProperty("tiers")[0].GetProperty("upstreams").EnumerateArray();
        Assert.That(document.RootElement.GetProperty("valid").GetBoolean(), Is.True);
        Assert.That(primaries.Select(upstream => upstream.GetProperty("name").GetString()), Is.EqualTo(["a", "b"]));
        Assert.That(run.Output, Does.Not.Contain("hunter2"));
    }

    [TestCase("check")]
    [TestCase("run")]
    [TestCase]
    public async Task A_bad_configuration_ends_with_1_and_every_error_on_the_error_stream(params string[] arguments)
    {
        _folder.Write("appsettings.json", Valid.Replace("\"Weight\": 3", "\"Weight\": 0, \"Wieght\": 1", StringComparison.Ordinal));

        var run = await CommandRun.OfAsync(_folder, arguments);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Error, Does.StartWith("relay: the configuration has 2 errors ("));
        Assert.That(run.Error, Does.Contain("  Relay:Groups:default:Upstreams:b:Weight: 0 is not between 1 and 1000"));
        Assert.That(run.Error, Does.Contain("  Relay:Groups:default:Upstreams:b:Wieght: unknown key; did you mean Weight?"));
    }

    [Test]
    public async Task Errors_come_as_json_too()
    {
        var run = await CommandRun.OfAsync(_folder, "check", "--json");

        using var document = JsonDocument.Parse(run.Output);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(document.RootElement.GetProperty("valid").GetBoolean(), Is.False);
        Assert.That(document.RootElement.GetProperty("errors")[0].GetProperty("key").GetString(), Is.EqualTo("Relay:Listeners"));
    }

    [Test]
    public async Task A_configuration_file_is_named_before_or_after_the_command()
    {
        _folder.Write("own.json", Valid);

        Assert.That((await CommandRun.OfAsync(_folder, "check", "--config", "own.json")).ExitCode, Is.Zero);
        Assert.That((await CommandRun.OfAsync(_folder, "--config", "own.json", "check")).ExitCode, Is.Zero);
        Assert.That(
            (await CommandRun.OfAsync(_folder, "check", "--config", "gone.json")).Error,
            Does.Contain("gone.json: the file does not exist")
        );
    }

    [Test]
    public async Task Keys_can_be_given_with_a_blank_or_an_equals_sign()
    {
        _folder.Write("appsettings.json", Valid);

        var run = await CommandRun.OfAsync(
            _folder,
            "check",
            "--Relay:Groups:default:Strategy=failover",
            "--Relay:Listeners:smtp:Address",
            "127.0.0.1:2626"
        );

        Assert.That(run.Output, Does.Contain("127.0.0.1:2626").And.Contain("Group default, failover"));
    }

    [TestCase("dance", "dance")]
    [TestCase("--confg x.json", "--confg")]
    [TestCase("check --Relay:HostName", "--Relay:HostName needs a value")]
    [TestCase("check extra", "extra")]
    public async Task Wrong_use_ends_with_2_and_says_what_is_wrong(string arguments, string expected)
    {
        var run = await CommandRun.OfAsync(_folder, arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(expected).And.Contain("relay --help"));
    }

    [Test]
    public async Task Help_names_the_commands()
    {
        var run = await CommandRun.OfAsync(_folder, "--help");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("run").And.Contain("check").And.Contain("--config"));
    }

    [Test]
    public async Task Version_is_a_number()
    {
        var run = await CommandRun.OfAsync(_folder, "--version");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Match(@"^\d+\.\d+\.\d+"));
    }
}
