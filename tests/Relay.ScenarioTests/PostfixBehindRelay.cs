using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Two real Postfixes, set up with the very lines of docs/setting-up.md: what the page tells postmasters to write works.</summary>
internal sealed class PostfixBehindRelay : Scenario
{
    private const int MoreThanPostfixTakesByDefault = 12_000_000;

    [Test]
    public async Task Mail_is_queued_by_both_and_by_the_other_when_one_is_stopped()
    {
        RequireRoot();
        var (relay, postfixes, sinks) = await StartAsync();

        var first = new LoadClient(relay.Port, sessions: 4);
        await first.SendAsync(20);
        Assert.That(first.Replies.Values, Has.Exactly(20).Matches("^250 2\\.0\\.0 OK .* queued as "), postfixes[0].Log);
        await Until.TrueAsync(() => sinks.All(static sink => sink.Count == 10), "each Postfix has passed its half on");

        await postfixes[0].StopAsync();
        var second = new LoadClient(relay.Port, sessions: 4);
        await second.SendAsync(20);

        Assert.That(second.Refused, Is.Empty);
        await Until.TrueAsync(() => sinks[1].Count == 30, "the other Postfix has passed all on");
        Assert.That(sinks[0].Count, Is.EqualTo(10));
    }

    [Test]
    public async Task A_message_larger_than_Postfix_takes_by_default_is_taken()
    {
        RequireRoot();
        var (relay, postfixes, sinks) = await StartAsync();

        var sent = await SmtpSource.SendAsync(relay.Port, sessions: 1, messages: 1, MoreThanPostfixTakesByDefault);

        Assert.That(sent.ExitCode, Is.Zero, sent.Output + postfixes[0].Log);
        await Until.TrueAsync(() => sinks.Sum(static sink => sink.Count) == 1, "it has been passed on");
    }

    /// <summary>Under another user this is not told: the run counts it as skipped, with the reason.</summary>
    private static void RequireRoot() => Assume.That(Environment.IsPrivilegedProcess, "Postfix starts only as root");

    private async Task<(RelayUnderTest Relay, PostfixInstance[] Postfixes, SmtpSink[] Sinks)> StartAsync()
    {
        SmtpSink[] sinks = [await StartSmtpSinkAsync(), await StartSmtpSinkAsync()];
        PostfixInstance[] postfixes = [await StartPostfixAsync("a.test", sinks[0]), await StartPostfixAsync("b.test", sinks[1])];
        var configuration = new RelayConfiguration().Strategy("RoundRobin");
        configuration.Upstream("a", postfixes[0].Address).Upstream("b", postfixes[1].Address);
        return (await StartRelayAsync(configuration), postfixes, sinks);
    }

    private async Task<PostfixInstance> StartPostfixAsync(string name, SmtpSink nextHop)
    {
        var postfix = Use(new PostfixInstance(name, await ReadDocumentedSettingsAsync(), nextHop.Port));
        await postfix.StartAsync();
        return postfix;
    }

    private static async Task<string> ReadDocumentedSettingsAsync()
    {
        const string Fence = "```";
        const string Opening = Fence + "ini\n";
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/setting-up.md"));
        var blocks = page.Split(Opening);
        Assert.That(blocks, Has.Length.EqualTo(2), "docs/setting-up.md has one block of main.cf");
        return blocks[1][..blocks[1].IndexOf(Fence, StringComparison.Ordinal)];
    }
}
