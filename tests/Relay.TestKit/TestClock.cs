using Microsoft.Extensions.Time.Testing;

namespace Relay.TestKit;

/// <summary>A clock that a test moves; what is due has run when the moving returns.</summary>
/// <remarks>
/// The library's own clock leaves that to another thread that looks at it in the same instant, which may just have found nothing to be due: a timer rings only when somebody looks
/// again, and a test that has moved the clock for the last time waits in vain.
/// </remarks>
public sealed class TestClock : FakeTimeProvider
{
    /// <summary>More than a callback of somebody else takes. A callback that moves the clock itself cannot wait for itself to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private int _mover;

    public TestClock() { }

    public TestClock(DateTimeOffset start)
        : base(start) { }

    /// <inheritdoc cref="FakeTimeProvider.Advance"/>
    public new void Advance(TimeSpan delta) => Move(() => base.Advance(delta));

    /// <inheritdoc cref="FakeTimeProvider.SetUtcNow"/>
    public new void SetUtcNow(DateTimeOffset value) => Move(() => base.SetUtcNow(value));

    private void Move(Action move)
    {
        var thread = Environment.CurrentManagedThreadId;
        if (Volatile.Read(ref _mover) == thread)
        {
            move(); // within a callback: what is due now comes after it
            return;
        }

        Volatile.Write(ref _mover, thread);
        move();
        WaitUntilAllHasRung();
        Volatile.Write(ref _mover, 0);
    }

    // Timers ring one after the other, and this is the last of those that are due.
    private void WaitUntilAllHasRung()
    {
        var hasRung = false;
        using var last = CreateTimer(_ => Volatile.Write(ref hasRung, true), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        SpinWait.SpinUntil(
            () =>
            {
                base.Advance(TimeSpan.Zero);
                return Volatile.Read(ref hasRung);
            },
            Patience
        );
    }
}
