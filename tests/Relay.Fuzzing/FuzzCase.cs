using System.Buffers.Binary;

namespace Relay.Fuzzing;

/// <summary>What is sent and how. A fuzzer that knows only files sees it as one: the way in the first two bytes, the input behind them.</summary>
/// <param name="Input">What was sent.</param>
/// <param name="Way">Chooses the settings and where the input is cut.</param>
internal readonly record struct FuzzCase(byte[] Input, int Way)
{
    public const int MaximumWay = ushort.MaxValue;

    public static FuzzCase FromFile(ReadOnlySpan<byte> file) =>
        file.Length < sizeof(ushort) ? new([], 0) : new(file[sizeof(ushort)..].ToArray(), BinaryPrimitives.ReadUInt16LittleEndian(file));

    public byte[] ToFile()
    {
        var file = new byte[sizeof(ushort) + Input.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(file, (ushort)Way);
        Input.CopyTo(file, sizeof(ushort));
        return file;
    }
}
