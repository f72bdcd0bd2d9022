using System.Buffers;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Fuzzing.Targets;

/// <summary>The data of a message, by DATA or by BDAT: what is kept is what the reference makes of it.</summary>
internal sealed class DataTarget : FuzzTarget
{
    private const int MaximumLine = 60;

    private static readonly BodyStorage Storage = new(long.MaxValue, Path.GetTempPath(), TimeProvider.System);

    public override IReadOnlyList<string> Words { get; } =
    [
        "\r\n",
        "\r",
        "\n",
        ".",
        "\r\n.",
        "\r\n.\r\n",
        "\r\n..",
        "\0",
        "\n.\n",
        "\r.\r",
        ".\r",
        "\r\r\n",
        "Received: x\r\n",
        "\u00e9",
        "\r\n\r\n",
    ];

    public override void Run(byte[] input, int way)
    {
        var bareNewlines = (way & 4) == 0 ? BareNewlineHandling.Reject : BareNewlineHandling.Normalize;
        var isChunked = (way & 8) != 0;
        var maximumSize = 20 + (way % 400);
        var reader = new DataReader(bareNewlines, maximumSize, MaximumLine);
        reader.Begin(isChunked);
        using var writer = Storage.CreateWriter();
        var (isEnded, consumed) = Read(reader, Cut(input, way), writer);
        if (isChunked)
        {
            reader.EndChunks(writer);
        }

        var expected = ReferenceData.Of(input, bareNewlines, isChunked, maximumSize, MaximumLine);
        FuzzException.Unless(
            isEnded == expected.IsEnded && consumed == expected.Length,
            $"ended {isEnded}, consumed {consumed}: {expected}"
        );
        FuzzException.Unless(writer.Length <= maximumSize, $"{writer.Length} bytes kept of {maximumSize}");
        if (isEnded || isChunked)
        {
            FuzzException.Unless(expected.Allows(reader.Fault), $"{reader.Fault} where there are {string.Join(", ", expected.Faults)}");
            var body = writer.Complete(reader.Traits);
            body.TryGetMemory(out var memory);
            var text = Encoding.Latin1.GetString(memory);
            body.Release();
            FuzzException.Unless(
                reader.Fault != DataFault.None || text.Equals(expected.Body, StringComparison.Ordinal),
                $"the body is {text}, not {expected.Body}"
            );
        }
    }

    private static (bool IsEnded, long Consumed) Read(DataReader reader, IReadOnlyList<byte[]> pieces, MessageBodyWriter writer)
    {
        var consumed = 0L;
        foreach (var piece in pieces)
        {
            var input = new ReadOnlySequence<byte>(piece);
            var isEnded = reader.Read(input, writer, out var position);
            consumed += input.Slice(0, position).Length;
            if (isEnded)
            {
                return (true, consumed);
            }
        }

        return (false, consumed);
    }
}
