using System.Buffers.Binary;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// The newest entries, bounded in number and bytes: a queue of segments into which entries are written one behind the other, and which are used again. Its lock is held for the copy of an
/// entry, and never while entries are read.
/// </summary>
/// <param name="mostEntries">That are kept.</param>
/// <param name="mostBytes">That the segments take together.</param>
internal sealed class TrailRing(int mostEntries, long mostBytes)
{
    private const int LargestSegment = 256 * 1024;
    private const int Prefix = sizeof(int);

    private readonly Lock _lock = new();
    private readonly Queue<Segment> _segments = new();
    private readonly int _segmentSize = (int)Math.Min(LargestSegment, mostBytes / 8);
    private Segment? _newest;
    private Segment? _spare;
    private long _bytes;
    private int _count;
    private int _readers;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Remembers an entry, and forgets the oldest for it. One that is larger than all that may be kept is not remembered.</summary>
    public void Add(ReadOnlySpan<byte> entry)
    {
        lock (_lock)
        {
            if (Prefix + entry.Length > mostBytes)
            {
                return;
            }

            while (_count >= mostEntries)
            {
                ForgetOldest();
            }

            var segment = _newest is { } newest && newest.Room >= Prefix + entry.Length ? newest : Begin(Prefix + entry.Length);
            segment.Append(entry);
            _count++;
        }
    }

    /// <summary>What is remembered now, the oldest first.</summary>
    /// <param name="only">Entries of this message only; null for all.</param>
    public List<TrailEntry> Read(MessageId? only)
    {
        List<TrailEntry> entries = [];
        foreach (var (bytes, first, end) in BeginReading())
        {
            for (var at = first; at < end; )
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
                var entry = bytes.AsSpan(at + Prefix, length);
                if (only is null || TrailReader.IdOf(entry) == only)
                {
                    entries.Add(TrailCodec.Read(entry));
                }

                at += Prefix + length;
            }
        }

        EndReading();
        return entries;
    }

    /// <summary>Segments are only appended to; while somebody reads none is used again.</summary>
    private (byte[] Bytes, int First, int End)[] BeginReading()
    {
        lock (_lock)
        {
            _readers++;
            return [.. _segments.Select(static segment => (segment.Bytes, segment.First, segment.End))];
        }
    }

    private void EndReading()
    {
        lock (_lock)
        {
            _readers--;
        }
    }

    private Segment Begin(int size)
    {
        size = Math.Max(size, _segmentSize);
        while (_bytes + size > mostBytes)
        {
            ForgetSegment();
        }

        _newest = _spare?.Bytes.Length == size ? _spare : new Segment(size);
        _spare = null;
        _segments.Enqueue(_newest);
        _bytes += size;
        return _newest;
    }

    private void ForgetOldest()
    {
        var oldest = _segments.Peek();
        oldest.ForgetFirst();
        _count--;
        if (oldest.Count == 0)
        {
            ForgetSegment();
        }
    }

    private void ForgetSegment()
    {
        var oldest = _segments.Dequeue();
        _count -= oldest.Count;
        _bytes -= oldest.Bytes.Length;
        _newest = _segments.Count == 0 ? null : _newest;
        oldest.Clear();
        _spare = _readers == 0 ? oldest : null;
    }

    private sealed class Segment(int size)
    {
        public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(size);

        public int First { get; private set; }

        public int End { get; private set; }

        public int Count { get; private set; }

        public int Room => Bytes.Length - End;

        public void Append(ReadOnlySpan<byte> entry)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(End), entry.Length);
            entry.CopyTo(Bytes.AsSpan(End + Prefix));
            End += Prefix + entry.Length;
            Count++;
        }

        public void ForgetFirst()
        {
            First += Prefix + BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(First));
            Count--;
        }

        public void Clear() => (First, End, Count) = (0, 0, 0);
    }
}
