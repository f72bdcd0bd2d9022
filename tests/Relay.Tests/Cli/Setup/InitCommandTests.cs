namespace Relay.Tests.Cli.Setup;

public sealed class InitCommandTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Options_alone_make_a_valid_configuration()
    {
        _folder.Write("password", "hunter2\n");

        var run = await InitAsync(
            "--server",
            "mail.example.com:587",
            "--server",
            "192.0.2.7",
            "--user",
            "app",
            "--password-file",
            "password",
            "--network",
            "10.0.0.0/8",
            "--listen",
            "*:25"
        );
        var check = await CommandRun.OfAsync(_folder, "check", "--config", "relay.json");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("is written and valid"));
        Assert.That(check.ExitCode, Is.Zero, check.Error);
        Assert.That(
            Text("relay.json"),
            Does.Contain("\"mail\": {")
                .And.Contain("\"server\": {")
                .And.Contain("\"Networks\": [\"10.0.0.0/8\"]")
                .And.Contain("\"PasswordFile\": \"password\"")
                .And.Not.Contain("hunter2")
        );
    }

    [Test]
    public async Task A_configuration_that_is_there_stays_unless_it_is_to_be_replaced()
    {
        _folder.Write("relay.json", "mine");

        var refused = await InitAsync("--server", "mail.example.com");
        Assert.That((refused.ExitCode, Text("relay.json")), Is.EqualTo((1, "mine")));
        Assert.That(refused.Error, Does.Contain("is there already").And.Contain("--force"));

        var forced = await InitAsync("--server", "mail.example.com", "--force");
        Assert.That(forced.ExitCode, Is.Zero);
        Assert.That(Text("relay.json"), Does.Contain("mail.example.com"));
    }

    [TestCase("--server mail.example.com --listen nowhere", "Relay:Listeners:smtp:Address")]
    [TestCase("--server mail.example.com --network 10.0.0.0/99", "Relay:Access:Networks")]
    [TestCase("--server mail.example.com --host-name bad_name!", "Relay:HostName")]
    [TestCase("--server not an address", "is not an address such as mail.example.com:587", Description = "the address 'an' is one")]
    [TestCase("--server a.example --server A.example:25", "is there already")]
    [TestCase("--server a.example --user u --password-file missing", "--password-file")]
    public async Task What_is_wrong_is_told_and_nothing_is_written(string arguments, string text)
    {
        var run = await InitAsync(arguments.Replace("not an address", "a:b:c", StringComparison.Ordinal).Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(text).And.Contain("nothing was written"));
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [TestCase("init", "name the servers with --server")]
    [TestCase("init --server a --strategy Fastest", "--strategy is one of Adaptive")]
    [TestCase("init --server a --user u", "--user and --password-file go together")]
    [TestCase("init --server a --server b --server c --user u --user v --password-file p --password-file q", "once for each --server")]
    public async Task Wrong_use_is_told(string arguments, string text)
    {
        var run = await CommandRun.OfAsync(_folder, arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(text));
    }

    [Test]
    public async Task Providers_are_known_and_used_in_the_order_given()
    {
        var run = await InitAsync("--server", "smtp.sendgrid.net", "--server", "email-smtp.eu-west-1.amazonaws.com:587");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(
            Text("relay.json"),
            Does.Contain("\"1-sendgrid\": { \"Preset\": \"SendGrid\", \"Address\": \"smtp.sendgrid.net:587\" }")
                .And.Contain("\"2-amazonses\"")
                .And.Contain("\"Refused\": \"TryNext\"")
        );
    }

    [Test]
    public async Task Who_is_asked_may_leave_and_nothing_is_written()
    {
        var left = await CommandRun.AnsweringAsync(_folder, "mail.example.com\n", "init", "--no-probe");
        var none = await CommandRun.AnsweringAsync(_folder, "\n", "init", "--no-probe");

        Assert.That((left.ExitCode, none.ExitCode), Is.EqualTo((1, 1)));
        Assert.That(none.Error, Does.Contain("no server was named; nothing was written"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public async Task Typed_passwords_go_into_files_that_nobody_else_may_read()
    {
        // Server, user, password, no more servers, listen, networks, write.
        var run = await CommandRun.AnsweringAsync(
            _folder,
            "mail.example.com:587\napp\nhunter2\n\nnonsense\n*:2525\nx\n10.0.0.0/8 fd00::/8\n\n",
            "init",
            "--no-probe"
        );

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(Text("secrets/mail"), Is.EqualTo("hunter2\n"));
        Assert.That(Text("relay.json"), Does.Contain("\"PasswordFile\": \"secrets/mail\"").And.Not.Contain("hunter2"));
        Assert.That(
            run.Error,
            Does.Contain("\"nonsense\" is not an address").And.Contain("\"x\" is not a network").And.Not.Contain("hunter2")
        );
        if (!OperatingSystem.IsWindows())
        {
            var file = File.GetUnixFileMode(Path.Combine(_folder.Path, "secrets/mail"));
            Assert.That(file, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    private Task<CommandRun> InitAsync(params string[] arguments) => CommandRun.OfAsync(_folder, ["init", "--no-probe", .. arguments]);

    private string Text(string name) => File.ReadAllText(Path.Combine(_folder.Path, name));
}
