namespace Relay.Tests.Cli.Completion;

public sealed class SuggestionsTests
{
    private const string Configuration = """
        { "Relay": {
            "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
            "Groups": {
              "default": { "Upstreams": { "alpha": { "Address": "a.example" }, "beta": { "Address": "b.example" } } },
              "bulk": { "Upstreams": { "gamma": { "Address": "c.example" } } } } } }
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("relay upst", "upstream")]
    [TestCase("/usr/local/bin/relay upst", "upstream", Description = "however the program was started")]
    [TestCase("relay upstream ", "drain list resume weight")]
    [TestCase("relay upstream drain ", "bulk/gamma default/alpha default/beta")]
    [TestCase("relay upstream drain def", "default/alpha default/beta")]
    [TestCase("relay queue list --group ", "bulk default")]
    [TestCase("relay queue list --state h", "held")]
    [TestCase("relay queue move --to b", "bulk")]
    [TestCase("relay explain --listener ", "smtp")]
    [TestCase("relay init --strategy R", "Random RecipientHash RoundRobin")]
    [TestCase("relay completion ", "bash fish powershell zsh")]
    [TestCase("relay status --wa", "--watch")]
    [TestCase("relay --Relay:HostName=x upst", "upstream")]
    [TestCase("relay check --config ", "")]
    [TestCase("relay dance ", null)]
    public async Task What_may_come_next_is_suggested(string line, string? expected)
    {
        _folder.Write("appsettings.json", Configuration);

        var run = await CommandRun.OfAsync(_folder, $"[suggest:{line.Length}]", line);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Is.Empty);
        if (expected is not null)
        {
            Assert.That(
                run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                Is.EqualTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            );
        }
    }

    [Test]
    public async Task Names_come_from_the_configuration_that_the_line_names()
    {
        _folder.Write("own.json", Configuration);
        const string Line = "relay upstream drain --config own.json b";

        var run = await CommandRun.OfAsync(_folder, $"[suggest:{Line.Length}]", Line);

        Assert.That(run.Output, Does.StartWith("bulk/gamma").And.Not.Contain("alpha"));
    }

    [Test]
    public async Task What_stands_behind_the_cursor_does_not_count()
    {
        var run = await CommandRun.OfAsync(_folder, "[suggest:10]", "relay upst --json");

        Assert.That(run.Output.Trim(), Is.EqualTo("upstream"));
    }

    [TestCase("[suggest]")]
    [TestCase("[suggest:99999999999]")]
    [TestCase("[suggest:-5]")]
    public async Task Odd_questions_do_no_harm(string directive)
    {
        var run = await CommandRun.OfAsync(_folder, directive, "relay \"unclosed ");

        Assert.That(run.ExitCode, Is.Zero);
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("powershell")]
    public async Task Each_shell_has_a_script(string shell)
    {
        var run = await CommandRun.OfAsync(_folder, "completion", shell);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("[suggest:").And.Not.Contain("\r"));
    }

    [Test]
    public async Task Another_shell_is_wrong_use()
    {
        var run = await CommandRun.OfAsync(_folder, "completion", "tcsh");

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("tcsh").And.Contain("bash"));
    }
}
