using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Smtp;
using Relay.TestKit;

namespace Relay.Benchmarks.Micro;

/// <summary>The data of one message, in the pieces a socket gives: checked, dots taken out, and stored in pooled memory.</summary>
[MemoryDiagnoser]
public class DataReaderBenchmark
{
    private const int Piece = 4096;

    private readonly DataReader _reader = new(BareNewlineHandling.Reject, new LimitOptions().MessageSize, new LimitOptions().LineLength);
    private readonly BodyStorage _storage = new(new LimitOptions().MemoryForMessages, System.IO.Path.GetTempPath(), TimeProvider.System);
    private byte[] _wire = [];

    [Params(4096, 100 * 1024)]
    public int Size { get; set; }

    /// <summary>Whether each line begins with a dot that the client has doubled, the worst there is.</summary>
    [Params(false, true)]
    public bool Dots { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var message = TestMessages.OfSize(Size);
        _wire = Encoding.Latin1.GetBytes((Dots ? message.Replace("\r\nx", "\r\n..", StringComparison.Ordinal) : message) + ".\r\n");
    }

    [Benchmark(Description = "read the data of a message")]
    public long Read()
    {
        using var body = _storage.CreateWriter();
        _reader.Begin();
        var rest = new ReadOnlySequence<byte>(_wire);
        while (!_reader.Read(rest.Slice(0, Math.Min(Piece, rest.Length)), body, out var consumed))
        {
            rest = rest.Slice(consumed);
        }

        var complete = body.Complete(_reader.Traits);
        complete.Release();
        return complete.Length;
    }
}
