using System.Buffers.Binary;
using System.Net;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>Bytes of one entry while it is written; used again for the next one on the same thread.</summary>
internal sealed class TrailScratch
{
    /// <summary>What a thread keeps; an entry with very many recipients gets more, once.</summary>
    private const int MostKept = 64 * 1024;

    /// <summary>Replies that are looked for among those that were written: outcomes and dialogues mostly hold the same few.</summary>
    private const int MostCompared = 16;

    [ThreadStatic]
    private static TrailScratch? _ofThread;

    private readonly List<SmtpReply> _replies = [];
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>An empty one.</summary>
    public static TrailScratch Take()
    {
        var scratch = _ofThread ??= new TrailScratch();
        scratch._length = 0;
        return scratch;
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Nothing of the entry is kept alive.</summary>
    public void End()
    {
        _replies.Clear();
        if (_bytes.Length > MostKept)
        {
            _bytes = new byte[1024];
        }
    }

    public void Id(MessageId id)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(Reserve(16), id.Value);
        _length += 16;
    }

    public void Byte(int value)
    {
        Reserve(1)[0] = (byte)value;
        _length++;
    }

    public void Flag(bool value) => Byte(value ? 1 : 0);

    /// <summary>Small numbers take a byte.</summary>
    public void Number(long value)
    {
        var rest = (ulong)value;
        var room = Reserve(10);
        var used = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            room[used++] = (byte)(rest | 0x80);
        }

        room[used++] = (byte)rest;
        _length += used;
    }

    public void Text(string? text)
    {
        if (text is null)
        {
            Number(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Number(length + 1);
        Encoding.UTF8.GetBytes(text, Reserve(length));
        _length += length;
    }

    public void Address(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            Byte(0);
            return;
        }

        Byte(length);
        bytes[..length].CopyTo(Reserve(length));
        _length += length;
        if (length == 16)
        {
            Number(address.ScopeId);
        }
    }

    public void Reply(SmtpReply? reply)
    {
        if (reply is null)
        {
            Number(0);
        }
        else if (PlaceOf(reply) is >= 0 and var place)
        {
            Number(place + 2);
        }
        else
        {
            Number(1);
            _replies.Add(reply);
            Number(reply.Code);
            Flag(reply.Enhanced is not null);
            if (reply.Enhanced is { } enhanced)
            {
                Number(enhanced.Class);
                Number(enhanced.Subject);
                Number(enhanced.Detail);
            }

            Text(reply.Text);
        }
    }

    private int PlaceOf(SmtpReply reply)
    {
        for (var index = _replies.Count - 1; index >= Math.Max(0, _replies.Count - MostCompared); index--)
        {
            if (ReferenceEquals(_replies[index], reply))
            {
                return index;
            }
        }

        return -1;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        return _bytes.AsSpan(_length);
    }
}
