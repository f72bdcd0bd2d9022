using System.Globalization;
using System.Text;

namespace Relay.TestKit;

/// <summary>One connection of a <see cref="LenientUpstream"/>: says yes to everything, in the order in which it comes.</summary>
internal sealed class LenientSession(LenientUpstream upstream, Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private string _from = "";

    public async Task RunAsync()
    {
        await SayAsync("220 lenient ESMTP");
        while (await ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                continue; // the second half of a CRLF, or what is left behind an end that only this server knows
            }

            upstream.Commands.Enqueue(line);
            await ObeyAsync(line);
        }
    }

    private async Task ObeyAsync(string line)
    {
        switch (line.Split(' ')[0].ToUpperInvariant())
        {
            case "EHLO":
                await SayAsync("250-lenient\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 " + (upstream.TakesChunks ? "CHUNKING" : "SMTPUTF8"));
                break;
            case "DATA":
                await SayAsync("354 go ahead");
                await ReadMessageAsync();
                await SayAsync("250 2.0.0 taken");
                break;
            case "BDAT":
                await SkipAsync(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
                upstream.Messages.Enqueue(_from);
                await SayAsync("250 2.0.0 taken");
                break;
            case "MAIL":
                _from = line;
                await SayAsync("250 2.1.0 OK");
                break;
            default:
                await SayAsync("250 2.0.0 OK");
                break;
        }
    }

    private async Task ReadMessageAsync()
    {
        var end = new LenientEnd();
        // The LF of the DATA command may still be there; it is a newline like the CR before it.
        while (!end.Take(await ReadByteAsync() ?? throw new EndOfStreamException("The client has gone within a message."))) { }

        upstream.Messages.Enqueue(_from);
    }

    private async Task SkipAsync(int count)
    {
        while (count-- > 0 && await ReadByteAsync() is not null) { }
    }

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (await ReadByteAsync() is { } next)
        {
            if (next is (byte)'\n' || (next is (byte)'\r' && !IsChunkNext(line)))
            {
                return line.ToString();
            }

            if (next != (byte)'\r')
            {
                line.Append((char)next);
            }
        }

        return null;
    }

    // The octets of a chunk are counted from behind the LF of its command, even here.
    private static bool IsChunkNext(StringBuilder line) => line.ToString().StartsWith("BDAT ", StringComparison.OrdinalIgnoreCase);

    private ValueTask<byte?> ReadByteAsync() => _start < _end ? new(_buffer[_start++]) : FillAsync();

    private async ValueTask<byte?> FillAsync()
    {
        _end = await stream.ReadAsync(_buffer);
        _start = 1;
        return _end > 0 ? _buffer[0] : null;
    }

    private async Task SayAsync(string reply) => await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"));
}
