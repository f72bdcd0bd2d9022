using Relay.TestKit;

namespace Relay.Tests.Cli.Queue;

/// <summary>What is asked before the queue is changed. Nobody listens there: who gets as far as that has been let through.</summary>
public sealed class QueueCommandTests
{
    private const string Id = "01K0000000000000000000000X";

    private readonly string _url = $"http://127.0.0.1:{LocalPort.Free()}";
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("delete --state held", "delete all messages that match")]
    [TestCase("hold --all", "hold all messages in the queue")]
    [TestCase("move --to other --sender a", "move all messages that match")]
    public async Task Without_a_terminal_a_change_of_many_wants_yes(string command, string what)
    {
        var refused = await RunAsync(command);
        var allowed = await RunAsync(command + " --yes");

        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Is.EqualTo($"relay: to {what} without a terminal to ask on, add --yes{Environment.NewLine}"));
        AssertAsked(allowed);
    }

    [TestCase("y", true)]
    [TestCase("YES", true)]
    [TestCase("", false)]
    [TestCase("n", false)]
    [TestCase("yesterday", false)]
    public async Task At_a_terminal_only_a_yes_lets_it_go_on(string answer, bool isYes)
    {
        var run = await CommandRun.AnsweringAsync(_folder, answer, "queue", "delete", "--state", "held", "--url", _url);

        Assert.That(run.Error, Does.StartWith("delete all messages that match? [y/N] "));
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(isYes ? "no relay answers on" : "nothing was changed"));
    }

    [Test]
    public async Task Messages_that_are_named_need_no_question() => AssertAsked(await RunAsync($"delete {Id}"));

    [TestCase("delete", "name messages by their ids")]
    [TestCase("delete " + Id + " --all", "name messages by their ids")]
    [TestCase("delete --all --state held", "name messages by their ids")]
    [TestCase("delete nonsense", "\"nonsense\" is not the id of a message")]
    [TestCase("delete ..", "\"..\" is not the id of a message")]
    [TestCase("show ..", "\"..\" is not the id of a message")]
    [TestCase("delete --state asleep", "--state is one of waiting, active, held, uncertain, failed")]
    [TestCase("list --state asleep", "--state is one of")]
    [TestCase("list --limit 0", "--limit is 1 or more")]
    [TestCase("move " + Id, "--to")]
    [TestCase("export --all", "more than one message needs --to-folder")]
    [TestCase("export " + Id + " " + Id, "more than one message needs --to-folder")]
    [TestCase("export " + Id + " --output a --to-folder b", "do not go together")]
    public async Task What_is_not_clear_is_wrong_use(string command, string why)
    {
        var run = await RunAsync(command);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")), run.Error);
        Assert.That(run.Error, Does.Contain(why));
    }

    [TestCase("--sender")]
    [TestCase("--recipient")]
    [TestCase("--group")]
    public async Task A_filter_that_is_empty_means_nothing_and_not_everything(string option)
    {
        var run = await CommandRun.OfAsync(_folder, "queue", "delete", option, "", "--yes", "--url", _url);

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain($"{option} is empty"));
    }

    private Task<CommandRun> RunAsync(string command) => CommandRun.OfAsync(_folder, ["queue", .. command.Split(' '), "--url", _url]);

    private void AssertAsked(CommandRun run)
    {
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith($"relay: no relay answers on {_url}/: "));
    }
}
