namespace Relay.Core.Messages;

/// <summary>Makes message ids. <paramref name="random"/> must be safe for use by many threads at once.</summary>
public sealed class MessageIdGenerator(TimeProvider time, Random random)
{
    private const int RandomBits = 80;

    public MessageId Next()
    {
        var milliseconds = (UInt128)time.GetUtcNow().ToUnixTimeMilliseconds();
        Span<byte> chance = stackalloc byte[16];
        random.NextBytes(chance[..(RandomBits / 8)]);
        var low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(chance);
        return new MessageId((milliseconds << RandomBits) | low);
    }
}
