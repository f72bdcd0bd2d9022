using Relay.Core.Database;
using Relay.TestKit;

namespace Relay.Tests.Database;

internal sealed class DeadlineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly TestClock _time = new();

    /// <summary>Npgsql does so when its connection breaks at the same moment: in a timer of the process that would be its end.</summary>
    [Test]
    public async Task A_driver_that_throws_when_it_is_cancelled_ends_the_wait_and_nothing_else()
    {
        var waiting = Deadline.KeepAsync(HangAsync, Patience, _time, CancellationToken.None);

        Assert.DoesNotThrow(() => _time.Advance(Patience));
        _time.Advance(TimeSpan.FromSeconds(1)); // for it to say that it has stopped

        await Assert.ThatAsync(() => waiting.WaitAsync(Until.Patience), Throws.TypeOf<TimeoutException>());
    }

    [Test]
    public async Task So_does_one_that_is_cancelled_from_outside()
    {
        using var ending = new CancellationTokenSource();
        var waiting = Deadline.KeepAsync(HangAsync, Patience, _time, ending.Token);

        Assert.DoesNotThrow(ending.Cancel);

        await Assert.ThatAsync(() => waiting.WaitAsync(Until.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_ends_in_time_gives_its_result()
    {
        Assert.That(await Deadline.KeepAsync(static _ => Task.FromResult(7), Patience, _time, CancellationToken.None), Is.EqualTo(7));
    }

    private static async Task<int> HangAsync(CancellationToken token)
    {
        token.Register(static () => throw new InvalidOperationException("a defect of the driver"));
        await new TaskCompletionSource().Task;
        return 0;
    }
}
