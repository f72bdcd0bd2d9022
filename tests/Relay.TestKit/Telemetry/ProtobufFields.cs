using System.Buffers.Binary;
using System.Text;

namespace Relay.TestKit.Telemetry;

/// <summary>The fields of one Protobuf message, as they lie on the wire: enough to look into what an exporter sends.</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    /// <exception cref="InvalidDataException">It is none.</exception>
    public ProtobufFields(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0)
        {
            var tag = ReadNumber(ref message);
            var (value, bytes) = (0UL, ReadOnlyMemory<byte>.Empty);
            switch (tag & 7)
            {
                case 0:
                    value = ReadNumber(ref message);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8).Span);
                    break;
                case 2:
                    bytes = Take(ref message, checked((int)ReadNumber(ref message)));
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4).Span);
                    break;
                default:
                    throw new InvalidDataException("This is no Protobuf.");
            }

            _fields.Add(((int)(tag >> 3), value, bytes));
        }
    }

    public IEnumerable<ProtobufFields> Messages(int number) =>
        _fields.Where(field => field.Number == number).Select(static field => new ProtobufFields(field.Bytes));

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    public ulong Number(int number) => _fields.FirstOrDefault(field => field.Number == number).Value;

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    private ReadOnlyMemory<byte> Bytes(int number) => _fields.FirstOrDefault(field => field.Number == number).Bytes;

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> message, int count)
    {
        if (count < 0 || count > message.Length)
        {
            throw new InvalidDataException("A field is longer than its message.");
        }

        var taken = message[..count];
        message = message[count..];
        return taken;
    }

    private static ulong ReadNumber(ref ReadOnlyMemory<byte> message)
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(ref message, 1).Span[0];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw new InvalidDataException("A number has no end.");
    }
}
