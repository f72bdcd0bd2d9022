using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Load;

/// <summary>One connection of the load client: sends bytes that were made beforehand, reads replies. A reply that is not positive ends the measurement, which would mean nothing.</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private readonly Socket _socket;
    private Stream _stream;
    private PipeReader _reader;

    private SmtpConversation(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = ReaderOf(_stream);
    }

    /// <summary>Connects, and returns behind the greeting.</summary>
    public static async ValueTask<SmtpConversation> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var conversation = new SmtpConversation(socket);
        await conversation.ReadReplyAsync(cancellationToken);
        return conversation;
    }

    /// <summary>Sends and waits for the reply, as a client does that knows no PIPELINING.</summary>
    public async ValueTask AskAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await ReadReplyAsync(cancellationToken);
    }

    /// <summary>Goes on in TLS. Whose certificate it is does not matter here.</summary>
    public async ValueTask StartTlsAsync(CancellationToken cancellationToken)
    {
        await AskAsync("STARTTLS\r\n"u8.ToArray(), cancellationToken);
        await _reader.CompleteAsync();
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate is not null);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
        _reader = ReaderOf(tls);
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private static PipeReader ReaderOf(Stream stream) => PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    private async ValueTask ReadReplyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            var isWhole = TryTakeReply(read.Buffer, out var rest, out var code);
            _reader.AdvanceTo(rest, read.Buffer.End);
            if (isWhole && code is >= 200 and < 400)
            {
                return;
            }

            if (isWhole || read.IsCompleted)
            {
                throw new MeasurementException(
                    isWhole ? string.Create(CultureInfo.InvariantCulture, $"The reply was {code}.") : "The connection was closed."
                );
            }
        }
    }

    /// <summary>A line whose fourth character is a hyphen is not the last (RFC 5321 §4.2.1).</summary>
    private static bool TryTakeReply(ReadOnlySequence<byte> buffer, out SequencePosition rest, out int code)
    {
        var reader = new SequenceReader<byte>(buffer);
        code = 0;
        rest = buffer.Start;
        Span<byte> head = stackalloc byte[4];
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            var length = (int)Math.Min(line.Length, head.Length);
            line.Slice(0, length).CopyTo(head);
            rest = reader.Position;
            if (length < head.Length || head[3] != (byte)'-')
            {
                _ = int.TryParse(Encoding.ASCII.GetString(head[..Math.Min(3, length)]), CultureInfo.InvariantCulture, out code);
                return true;
            }
        }

        return false;
    }
}
