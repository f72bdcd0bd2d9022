using Relay.Core.Spool.PostgreSql;
using Relay.TestKit;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>How long nobody tries to write after a failure.</summary>
internal sealed class WriterTroubleTests
{
    [Test]
    public void Writes_that_keep_coming_do_not_put_off_the_next_try_for_ever()
    {
        var clock = new TestClock();
        var trouble = new WriterTrouble(clock);
        trouble.Begin(new IOException("gone"));
        Assert.That((trouble.IsPausing, trouble.Why), Is.EqualTo((true, "gone")));

        clock.Advance(TimeSpan.FromMilliseconds(60));
        trouble.Begin(new IOException("still pausing"));
        clock.Advance(TimeSpan.FromMilliseconds(60));

        Assert.That(trouble.IsPausing, Is.False);
        trouble.End();
        Assert.That((trouble.IsPausing, trouble.Why), Is.EqualTo((false, (string?)null)));
    }
}
