using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>The peers of the other stories, without a relay between them: a count that is wrong here would be wrong there.</summary>
internal sealed class PeersThemselves : Scenario
{
    [Test]
    public async Task Smtp_sink_counts_and_remembers_what_it_took_over_a_kill()
    {
        var sink = await StartSmtpSinkAsync();
        var load = new LoadClient(sink.Port, sessions: 3);

        await load.SendAsync(30);
        Assert.That(sink.Count, Is.EqualTo(30));

        await sink.KillAsync();
        await sink.StartAsync();
        await load.SendAsync(20);

        Assert.That(sink.Count, Is.EqualTo(50));
        Assert.That(sink.ReadSenders(), Is.EquivalentTo(load.Accepted).And.Count.EqualTo(50));
        Assert.That(sink.ReadRecipients(), Has.All.EqualTo("to@example.com"));
    }

    [Test]
    public async Task Counting_sink_counts_holds_dies_and_returns()
    {
        var sink = StartCountingSink(keepMessages: true);
        var load = new LoadClient(sink.Port, sessions: 3);
        await load.SendAsync(30);
        Assert.That((sink.Count, load.Accepted.Count()), Is.EqualTo((30, 30)));
        Assert.That(sink.Messages.Select(static message => message.Content), Has.All.EqualTo(TestMessages.Small));

        sink.Hold();
        var sending = load.SendAsync(3);
        await Until.TrueAsync(() => sink.Waiting == 3, "three dots are out");
        await sink.StopAsync();
        await sending;
        Assert.That(load.Refused.Select(static refused => refused.Value), Has.Exactly(3).StartsWith("lost: "));
        Assert.That(LocalPort.IsListening(sink.Port), Is.False);

        sink.Start();
        await load.SendAsync(7);
        Assert.That((sink.Count, sink.Arrivals.Count), Is.EqualTo((40, 40)));
    }

    [Test]
    public async Task Smtp_source_and_smtp_sink_agree()
    {
        var sink = await StartSmtpSinkAsync();

        var source = await SmtpSource.SendAsync(sink.Port, sessions: 10, messages: 500);

        Assert.That(source.ExitCode, Is.Zero, source.Output);
        Assert.That(sink.Count, Is.EqualTo(500));
    }

    [Test]
    public async Task Smtp_source_fails_when_it_is_refused()
    {
        var sink = await StartSmtpSinkAsync("-f", "RCPT");

        var source = await SmtpSource.SendAsync(sink.Port, sessions: 1, messages: 1);

        Assert.That(source.ExitCode, Is.Not.Zero, source.Output);
    }

    [Test]
    public async Task Python_and_swaks_reach_the_counting_sink()
    {
        var sink = StartCountingSink(keepMessages: true);

        var python = await PythonSmtplib.SendAsync(sink.Port, "me@example.com", messages: 2, "one@example.com");
        var swaks = await Swaks.SendAsync(sink.Port, "--pipeline", "--from", "me@example.com", "--to", "one@example.com,two@example.com");

        Assert.That(python.ExitCode, Is.Zero, python.Output);
        Assert.That(swaks.ExitCode, Is.Zero, swaks.Output);
        Assert.That(sink.Messages.Select(static message => message.Recipients.Count), Is.EqualTo(new[] { 1, 1, 2 }));
    }

    [Test]
    public async Task Awkward_messages_pass_between_raw_client_and_counting_sink()
    {
        var sink = StartCountingSink(keepMessages: true);
        await using var client = await RawSmtpClient.OpenAsync(sink.Port);

        foreach (var (name, content) in TestMessages.Awkward)
        {
            var reply = await client.SendMailAsync("from@example.com", "to@example.com", TestMessages.StuffDots(content));
            Assert.That(reply, Does.StartWith("250"), name);
            Assert.That(sink.Messages.Last().Content, Is.EqualTo(content), name);
        }
    }
}
