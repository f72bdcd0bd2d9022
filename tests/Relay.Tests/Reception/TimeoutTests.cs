namespace Relay.Tests.Reception;

internal sealed class TimeoutTests : ReceptionFixture
{
    [Test]
    public async Task A_client_that_says_nothing_is_told_and_closed()
    {
        var client = await ConnectAsync();

        Pass(TimeSpan.FromMinutes(5));

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task A_client_that_does_not_even_introduce_itself_is_told_and_closed()
    {
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        Pass(TimeSpan.FromMinutes(5));

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task Each_command_begins_the_time_anew()
    {
        var client = await ConnectAsync();
        for (var count = 0; count < 4; count++)
        {
            Pass(TimeSpan.FromMinutes(4));
            await client.SayAllAsync("NOOP");
        }
    }

    [Test]
    public async Task A_command_that_dribbles_in_has_no_more_time_than_one_that_comes_whole()
    {
        var client = await ConnectAsync();
        for (var count = 0; count < 5; count++)
        {
            await client.SendRawAsync("N");
            Pass(TimeSpan.FromMinutes(1));
        }

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task Silence_within_the_mail_data_ends_the_session()
    {
        var client = await ConnectToDataAsync();
        await client.SendRawAsync("half a mess");

        // The bytes may be read after the clock has moved, and then begin a time of their own.
        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromMinutes(6));
            return client.Session.IsCompleted;
        });

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
        Assert.That(Sink.Messages, Is.Empty);
    }

    [Test]
    public async Task Mail_data_that_dribbles_in_ends_with_the_time_for_a_message()
    {
        var patience = TimeSpan.FromHours(10);
        Limit(limits => limits with { CommandTimeout = patience, MessageTimeout = TimeSpan.FromMinutes(10) });
        var client = await ConnectToDataAsync();
        await client.SendRawAsync("half a mess");
        var start = Time.GetUtcNow();

        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromMinutes(1));
            return client.Session.IsCompleted;
        });

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
        Assert.That(Time.GetUtcNow() - start, Is.LessThan(patience), "it was not the time for a command");
    }

    [Test]
    public async Task A_sink_may_take_longer_than_a_client()
    {
        var answer = new TaskCompletionSource<Core.Messages.SmtpReply>();
        Sink.OnMessage = (_, _) => new(answer.Task);
        var client = await ConnectToDataAsync();
        await client.SendRawAsync(".\r\n");
        await UntilAsync(() => Sink.Messages.Count == 1);

        Pass(TimeSpan.FromMinutes(10));
        answer.SetResult(new(250, null, "at last"));

        Assert.That(await client.ReadReplyAsync(), Is.EqualTo("250 at last"));
        await client.SayAllAsync("NOOP");
    }

    [Test]
    public async Task A_client_that_does_not_read_its_replies_is_dropped()
    {
        Limit(limits => limits with { CommandsWithoutMail = int.MaxValue });
        var client = await ConnectAsync();
        var noops = string.Concat(Enumerable.Repeat("HELP\r\n", 3000)); // the replies are more than the pipe takes
        await client.SendRawAsync(noops);

        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromMinutes(1));
            return client.Session.IsCompleted;
        });
    }
}
