using Relay.TestKit;

namespace Relay.Tests.Fixtures;

internal sealed class TestClockTests
{
    /// <summary>As the sessions under test do on their own threads.</summary>
    [Test]
    public async Task What_is_due_has_run_when_the_time_has_passed_although_others_look_at_the_clock()
    {
        const int Rounds = 20_000;
        var clock = new TestClock();
        using var isOver = new CancellationTokenSource();
        var looking = Enumerable
            .Range(0, 2)
            .Select(_ =>
                Task.Run(() =>
                {
                    while (!isOver.IsCancellationRequested)
                    {
                        clock.GetTimestamp();
                    }
                })
            )
            .ToList();

        var rung = 0;
        using (clock.CreateTimer(_ => Interlocked.Increment(ref rung), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
        {
            for (var round = 1; round <= Rounds; round++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                Assert.That(Volatile.Read(ref rung), Is.EqualTo(round));
            }
        }

        await isOver.CancelAsync();
        await Task.WhenAll(looking);
    }
}
