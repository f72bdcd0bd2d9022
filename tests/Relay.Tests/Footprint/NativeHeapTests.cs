using System.Runtime.InteropServices;
using Relay.Footprint;
using Relay.TestKit.Processes;

namespace Relay.Tests.Footprint;

public sealed class NativeHeapTests
{
    [Test]
    public void What_was_freed_leaves_the_process()
    {
        const int pieces = 2000;
        const int size = 64 * 1024; // larger ones may get pages of their own, which go by themselves
        var all = Enumerable.Range(0, pieces).Select(static _ => Fill(Marshal.AllocHGlobal(size), size)).ToList();
        var end = Marshal.AllocHGlobal(size); // keeps the end of the heap, which would take what is before it along
        all.ForEach(Marshal.FreeHGlobal);
        var before = ProcessWatch.OwnMemoryOf(Environment.ProcessId);

        var canTrim = NativeHeap.TryTrim();

        var given = before - ProcessWatch.OwnMemoryOf(Environment.ProcessId);
        Marshal.FreeHGlobal(end);
        Assert.That(canTrim, Is.True);
        Assert.That(given, Is.GreaterThan(pieces * (long)size / 2), "half of it: other tests take memory meanwhile");
    }

    private static nint Fill(nint memory, int size)
    {
        for (var offset = 0; offset < size; offset += 4096)
        {
            Marshal.WriteByte(memory, offset, 1);
        }

        return memory;
    }
}
