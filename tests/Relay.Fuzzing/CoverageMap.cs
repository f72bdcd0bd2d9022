using SharpFuzz.Common;

namespace Relay.Fuzzing;

/// <summary>Which branches the instrumented Relay.Core has taken, where no afl-fuzz watches.</summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;

    private readonly byte[] _taken = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly byte[] _known = new byte[Size];

    public CoverageMap()
    {
        fixed (byte* first = _taken)
        {
            Trace.SharedMem = first; // stays where it is
        }
    }

    /// <summary>How many branches a run takes that no run before has taken; they are known from then on.</summary>
    public int CountNew(Action run)
    {
        _taken.AsSpan().Clear();
        Trace.PrevLocation = 0;
        run();
        var count = 0;
        for (var index = 0; index < Size; index++)
        {
            if (_taken[index] != 0 && _known[index] == 0)
            {
                _known[index] = 1;
                count++;
            }
        }

        return count;
    }
}
