using Relay.Core.Messages;

namespace Relay.Tests.Reception;

internal sealed class DrainTests : ReceptionFixture
{
    [Test]
    public async Task Idle_sessions_are_told_at_once_and_the_drain_ends_with_the_last()
    {
        var greeted = ConnectRaw();
        await greeted.ReadReplyAsync();
        var ready = await ConnectAsync();

        Registry.BeginDrain();

        Assert.That(await greeted.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        Assert.That(await ready.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        await Registry.WaitForDrainAsync(CancellationToken.None);
    }

    [Test]
    public async Task A_running_transaction_comes_to_its_end_first()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");

        Registry.BeginDrain();

        await client.SayAllAsync("RCPT TO:<b@example.com>", "DATA");
        Assert.That(Registry.WaitForDrainAsync(CancellationToken.None).IsCompleted, Is.False);
        Assert.That(await client.SayAsync("x\r\n."), Does.StartWith("250 "));
        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        Assert.That(Sink.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_drain_in_the_middle_of_mail_data_or_of_the_sink_harms_nothing()
    {
        var answer = new TaskCompletionSource<SmtpReply>();
        Sink.OnMessage = (_, _) => new(answer.Task);
        var client = await ConnectToDataAsync();
        await client.SendRawAsync("x\r\n");
        Registry.BeginDrain();
        await client.SendRawAsync(".\r\n");
        await UntilAsync(() => Sink.Messages.Count == 1);
        Registry.BeginDrain();

        answer.SetResult(new(250, null, "done"));

        Assert.That(await client.ReadReplyAsync(), Is.EqualTo("250 done"));
        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
    }

    [Test]
    public async Task A_transaction_that_is_given_up_ends_the_session_that_drains()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        Registry.BeginDrain();

        Assert.That(await client.SayAsync("RSET"), Does.StartWith("250 "));
        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
    }

    [Test]
    public async Task A_session_that_begins_while_draining_is_refused()
    {
        Registry.BeginDrain();

        Assert.That(await ConnectRaw().ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
    }

    [Test]
    public async Task At_the_very_end_nobody_is_waited_for()
    {
        var sending = await ConnectToDataAsync();
        var between = await ConnectAsync();
        await between.SayAllAsync("MAIL FROM:<a@example.com>");

        Registry.CloseAll();

        Assert.That(await sending.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        Assert.That(await between.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        await Registry.WaitForDrainAsync(CancellationToken.None);
    }

    [Test]
    public async Task A_drain_without_sessions_ends_at_once()
    {
        Registry.BeginDrain();

        await Registry.WaitForDrainAsync(CancellationToken.None);
    }
}
