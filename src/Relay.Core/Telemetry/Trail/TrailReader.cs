using System.Buffers.Binary;
using System.Net;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>Reads what a <see cref="TrailScratch"/> wrote, in the same order.</summary>
internal ref struct TrailReader(ReadOnlySpan<byte> bytes)
{
    private readonly List<SmtpReply> _replies = [];
    private ReadOnlySpan<byte> _rest = bytes;

    public static MessageId IdOf(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128LittleEndian(bytes));

    public MessageId Id() => IdOf(Take(16));

    public int Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)value;
            }
        }
    }

    public string? Text() => Number() is > 0 and var length ? Encoding.UTF8.GetString(Take((int)length - 1)) : null;

    public IPAddress? Address()
    {
        var length = Byte();
        if (length == 0)
        {
            return null;
        }

        var address = Take(length);
        return length == 16 ? new IPAddress(address, Number()) : new IPAddress(address);
    }

    public SmtpReply? Reply()
    {
        var place = (int)Number();
        if (place != 1)
        {
            return place == 0 ? null : _replies[place - 2];
        }

        var code = (int)Number();
        EnhancedStatusCode? enhanced = Flag() ? new EnhancedStatusCode((int)Number(), (int)Number(), (int)Number()) : null;
        var reply = new SmtpReply(code, enhanced, Text()!);
        _replies.Add(reply);
        return reply;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
