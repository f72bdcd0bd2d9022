using System.Buffers;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

/// <summary>What a <see cref="DataReader"/> made of some bytes of the wire.</summary>
internal sealed record DataReaderRun(bool Ended, long Consumed, string Body, DataFault Fault, BodyTraits Traits, int ReceivedFields)
{
    /// <summary>Reads <paramref name="wire"/> cut into pieces at <paramref name="cuts"/>, a call for each.</summary>
    public static DataReaderRun Of(
        byte[] wire,
        BareNewlineHandling bareNewlines = BareNewlineHandling.Reject,
        IEnumerable<int>? cuts = null,
        long maximumSize = 1_000_000,
        int maximumLine = 100_000
    )
    {
        var reader = new DataReader(bareNewlines, maximumSize, maximumLine);
        reader.Begin();
        using var writer = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System).CreateWriter();
        var consumed = 0L;
        var ended = false;
        foreach (var piece in Pieces(wire, cuts ?? []))
        {
            var input = new ReadOnlySequence<byte>(piece);
            ended = reader.Read(input, writer, out var position);
            consumed += input.Slice(0, position).Length;
            if (ended)
            {
                break;
            }
        }

        var body = writer.Complete(reader.Traits);
        body.TryGetMemory(out var memory);
        var text = Encoding.Latin1.GetString(memory.ToArray());
        body.Release();
        // What is kept of a message that will be refused depends on where its pieces were cut, and matters to nobody.
        var kept = reader.Fault == DataFault.None ? text : "";
        return new DataReaderRun(ended, consumed, kept, reader.Fault, reader.Traits, reader.ReceivedFields);
    }

    public static DataReaderRun Of(string wire, BareNewlineHandling bareNewlines = BareNewlineHandling.Reject) =>
        Of(Encoding.Latin1.GetBytes(wire), bareNewlines);

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] wire, IEnumerable<int> cuts)
    {
        var start = 0;
        foreach (var cut in cuts.Where(cut => cut > 0 && cut < wire.Length).Order().Distinct().Append(wire.Length))
        {
            yield return wire.AsMemory(start, cut - start);
            start = cut;
        }
    }
}
