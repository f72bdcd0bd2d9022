using Relay.Core.Configuration;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>Who gives a message up when it has its verdict already must not end the next one on the connection.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class LateGiveUpTests(UpstreamClient client) : UpstreamSessionFixture(client)
{
    [Test]
    public async Task A_message_given_up_after_its_verdict_harms_no_other()
    {
        var session = await Bench.OpenAsync();
        using var owner = new CancellationTokenSource();
        await session.TransactAsync(UpstreamBench.Message(), owner.Token);

        await owner.CancelAsync();

        Assert.That((await session.TransactAsync(UpstreamBench.Message(), default)).Dot?.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_check_given_up_after_its_answer_harms_no_message()
    {
        var session = await Bench.OpenAsync();
        using var owner = new CancellationTokenSource();
        await session.IsAliveAsync(owner.Token);

        await owner.CancelAsync();

        Assert.That((await session.TransactAsync(UpstreamBench.Message(), default)).Dot?.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_message_that_is_being_given_up_as_its_verdict_comes_harms_no_other()
    {
        var session = await Bench.OpenAsync();
        using var owner = new CancellationTokenSource();
        var dot = Upstream.On(Stage.Dot).Hold().Times(1);
        var sending = session.TransactAsync(UpstreamBench.Message(), owner.Token).AsTask();
        await dot.Reached;

        // Callbacks run in reverse order: this one is under way before the session's, and holds it up until the next message is on its way.
        var isUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim();
        await using var registration = owner.Token.Register(() =>
        {
            isUnderWay.SetResult();
            goOn.Wait(Until.Patience);
        });
        var givingUp = Task.Run(owner.Cancel);
        await isUnderWay.Task;
        dot.Release();
        var first = await sending;

        var mail = Upstream.On(Stage.Mail).Hold().Times(1);
        var next = session.TransactAsync(UpstreamBench.Message(), default).AsTask();
        await mail.Reached;
        goOn.Set();
        await givingUp;
        mail.Release();

        Assert.That((first.Dot?.Code, (await next).Dot?.Code), Is.EqualTo((250, 250)));
    }
}
