using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Relay.TestKit.Sinks;

/// <summary>One connection of a <see cref="CountingSink"/>: just enough SMTP for a client that pipelines.</summary>
internal sealed class CountingSinkSession(CountingSink sink, Socket socket)
{
    private static readonly byte[] EndOfData = "\r\n.\r\n"u8.ToArray();

    private readonly PipeReader _reader = PipeReader.Create(
        new NetworkStream(socket, ownsSocket: true),
        new StreamPipeReaderOptions(bufferSize: 32_768)
    );
    private readonly List<string> _recipients = [];
    private string _sender = "";

    /// <summary>Runs until either side ends the connection.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReplyAsync("220 sink.test ready");
            while (await ReadLineAsync() is { } line && await AnswerAsync(line)) { }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The connection broke, which is the other side's right, or ours in Reset.
        }
        finally
        {
            await _reader.CompleteAsync();
        }
    }

    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself a moment ago.
        }
    }

    private async Task<bool> AnswerAsync(string line)
    {
        var verb = line.Split(' ', 2)[0].ToUpperInvariant();
        switch (verb)
        {
            case "EHLO":
                await ReplyAsync("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES");
                return true;
            case "MAIL":
                _sender = AddressIn(line);
                _recipients.Clear();
                await ReplyAsync("250 2.1.0 sender ok");
                return true;
            case "RCPT":
                _recipients.Add(AddressIn(line));
                await ReplyAsync("250 2.1.5 recipient ok");
                return true;
            case "DATA":
                await ReplyAsync("354 go ahead");
                return await TakeMessageAsync();
            case "QUIT":
                await ReplyAsync("221 2.0.0 bye");
                return false;
            default:
                await ReplyAsync("250 2.0.0 ok");
                return true;
        }
    }

    private async Task<bool> TakeMessageAsync()
    {
        if (await ReadContentAsync() is not { } content)
        {
            return false;
        }

        sink.Arrived(new SinkMessage(_sender, [.. _recipients], content));
        await sink.WaitToAnswerAsync();
        await ReplyAsync("250 2.0.0 taken");
        return true;
    }

    private static string AddressIn(string command)
    {
        var start = command.IndexOf('<', StringComparison.Ordinal) + 1;
        return command[start..command.LastIndexOf('>')];
    }

    private async Task ReplyAsync(string reply) => await socket.SendAsync(Encoding.Latin1.GetBytes(reply + "\r\n"), SocketFlags.None);

    private async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var result = await _reader.ReadAsync();
            if (result.Buffer.PositionOf((byte)'\n') is { } newline)
            {
                var line = Encoding.Latin1.GetString(result.Buffer.Slice(0, newline)).TrimEnd('\r');
                _reader.AdvanceTo(result.Buffer.GetPosition(1, newline));
                return line;
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Reads up to the final dot; null when the connection ended before it. What was looked at is let go at once: large messages would be searched again and again.</summary>
    private async Task<string?> ReadContentAsync()
    {
        using var kept = new MemoryStream();
        var isFirst = true;
        while (true)
        {
            var result = await _reader.ReadAsync();
            if (FindEnd(result.Buffer, isFirst, out var content, out var end))
            {
                Keep(content, kept);
                _reader.AdvanceTo(end);
                return Unstuff(Encoding.Latin1.GetString(kept.GetBuffer().AsSpan(0, (int)kept.Length)));
            }

            var seen = result.Buffer.Slice(0, Math.Max(0, result.Buffer.Length - EndOfData.Length + 1));
            isFirst &= seen.IsEmpty;
            Keep(seen, kept);
            _reader.AdvanceTo(seen.End, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private void Keep(in ReadOnlySequence<byte> content, MemoryStream kept)
    {
        if (!sink.KeepMessages)
        {
            return;
        }

        foreach (var piece in content)
        {
            kept.Write(piece.Span);
        }
    }

    private static bool FindEnd(
        in ReadOnlySequence<byte> buffer,
        bool isFirst,
        out ReadOnlySequence<byte> content,
        out SequencePosition end
    )
    {
        var reader = new SequenceReader<byte>(buffer);
        content = default;
        if (isFirst && reader.IsNext(EndOfData.AsSpan(2), advancePast: true)) // The message is empty: only the dot came.
        {
            end = reader.Position;
            return true;
        }

        var found = reader.TryReadTo(out content, EndOfData);
        end = reader.Position;
        content = found ? buffer.Slice(0, buffer.GetPosition(2, content.End)) : default;
        return found;
    }

    private static string Unstuff(string content)
    {
        var unstuffed = content.Replace("\r\n..", "\r\n.", StringComparison.Ordinal);
        return unstuffed.StartsWith("..", StringComparison.Ordinal) ? unstuffed[1..] : unstuffed;
    }
}
