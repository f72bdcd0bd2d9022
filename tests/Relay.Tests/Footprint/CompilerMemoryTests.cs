using Relay.Footprint;
using Relay.TestKit;

namespace Relay.Tests.Footprint;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CompilerMemoryTests
{
    private readonly TestClock _time = new();
    private int _looks;
    private int _trims;

    [Test]
    public async Task Memory_is_given_back_after_much_was_compiled_and_not_else()
    {
        const int much = CompilerMemory.WorthIt;
        long[] compiled = [much - 1, much, much + 1, (2 * much) - 1, 2 * much];
        using var watched = Watch(() => compiled[Math.Min(_looks++, compiled.Length - 1)], canTrim: true);
        await watched.StartAsync(CancellationToken.None);

        await AdvanceUntilAsync(() => _looks >= compiled.Length + 2);

        await watched.StopAsync(CancellationToken.None);
        Assert.That(_trims, Is.EqualTo(2));
    }

    [Test]
    public async Task Where_it_cannot_be_given_back_nobody_looks_again()
    {
        using var watched = Watch(() => ++_looks * 1000, canTrim: false);
        await watched.StartAsync(CancellationToken.None);

        await AdvanceUntilAsync(() => watched.ExecuteTask!.IsCompleted);

        Assert.That((_looks, _trims), Is.EqualTo((1, 1)));
        Assert.That(watched.ExecuteTask!.IsCompletedSuccessfully, Is.True);
    }

    private CompilerMemory Watch(Func<long> compiled, bool canTrim) =>
        new(
            compiled,
            () =>
            {
                _trims++;
                return canTrim;
            },
            _time
        );

    private Task AdvanceUntilAsync(Func<bool> condition) =>
        Until.TrueByStepsAsync(condition, () => _time.Advance(CompilerMemory.Interval), "it has looked");
}
