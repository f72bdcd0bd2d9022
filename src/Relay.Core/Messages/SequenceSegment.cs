using System.Buffers;

namespace Relay.Core.Messages;

/// <summary>Makes one sequence of several blocks.</summary>
internal sealed class SequenceSegment : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Join(ReadOnlySpan<BodyBlock> blocks)
    {
        if (blocks.Length <= 1)
        {
            return blocks.IsEmpty ? default : new ReadOnlySequence<byte>(blocks[0].Written);
        }

        var first = new SequenceSegment { Memory = blocks[0].Written };
        var last = first;
        foreach (var block in blocks[1..])
        {
            var next = new SequenceSegment { Memory = block.Written, RunningIndex = last.RunningIndex + last.Memory.Length };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
