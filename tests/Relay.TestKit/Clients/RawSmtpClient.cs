using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Relay.TestKit.Clients;

/// <summary>
/// A client that sends exactly what it is told to, byte for byte and in the pieces it is told to, and reads replies with a deadline. Where a
/// library would help, quote or retry, this one does not.
/// </summary>
public sealed class RawSmtpClient : IAsyncDisposable
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly PipeReader _reader;

    private RawSmtpClient(Socket socket)
    {
        _socket = socket;
        _reader = PipeReader.Create(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Connects; the greeting is not read.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="source">The client's own address; all of 127.0.0.0/8 may be used without further ado.</param>
    public static async Task<RawSmtpClient> ConnectAsync(int port, string source = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawSmtpClient(socket);
    }

    /// <summary>Connects, reads the greeting and says EHLO: ready for MAIL.</summary>
    public static async Task<RawSmtpClient> OpenAsync(int port, string source = "127.0.0.1")
    {
        var client = await ConnectAsync(port, source);
        try
        {
            Expect("220", await client.ReadReplyAsync());
            Expect("250", await client.CommandAsync("EHLO client.test"));
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Most bytes that the kernel takes from this client ahead of the server: a far client's would not lie in the memory of the server's machine.</summary>
    public void LimitSendBuffer(int bytes) => _socket.SendBufferSize = bytes;

    /// <summary>Sends text as it is, each character as one byte (Latin-1); line ends are the caller's.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(DefaultDeadline);
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, deadline.Token)..];
        }
    }

    /// <summary>Reads one reply, all of its lines; they stand with <c>\n</c> between them and none at the end.</summary>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    /// <exception cref="EndOfStreamException">The server closed the connection instead.</exception>
    public async Task<string> ReadReplyAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? DefaultDeadline);
        var reply = new StringBuilder();
        while (true)
        {
            var line = await ReadLineAsync(deadline.Token) ?? throw new EndOfStreamException($"The server closed after \"{reply}\".");
            reply.Append(line);
            if (line.Length < 4 || line[3] != '-')
            {
                return reply.ToString();
            }

            reply.Append('\n');
        }
    }

    /// <summary>Sends a line and reads the reply to it.</summary>
    public async Task<string> CommandAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadReplyAsync();
    }

    /// <summary>Sends one message, a command at a time.</summary>
    /// <param name="sender">Without angle brackets.</param>
    /// <param name="recipient">Without angle brackets.</param>
    /// <param name="content">As it goes over the wire: dots stuffed, CRLF at the end, without the final dot.</param>
    /// <returns>The first reply that is not positive, or the reply to the final dot.</returns>
    public Task<string> SendMailAsync(string sender, string recipient, string content = TestMessages.Small) =>
        SendMailAsync(sender, [recipient], content);

    /// <inheritdoc cref="SendMailAsync(string, string, string)"/>
    public async Task<string> SendMailAsync(string sender, IReadOnlyList<string> recipients, string content = TestMessages.Small)
    {
        foreach (
            var command in recipients.Select(static recipient => $"RCPT TO:<{recipient}>").Prepend($"MAIL FROM:<{sender}>").Append("DATA")
        )
        {
            var reply = await CommandAsync(command);
            if (reply[0] is not ('2' or '3'))
            {
                return reply;
            }
        }

        return await CommandAsync(content + ".");
    }

    /// <summary>Whether the server closes the connection in time, whatever it says before that.</summary>
    public async Task<bool> IsClosedByServerAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? DefaultDeadline);
        try
        {
            while (await ReadLineAsync(deadline.Token) is not null) { }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (IOException)
        {
            return true; // A reset is an end as well.
        }
    }

    /// <summary>Says no more, but still listens: FIN.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Goes away without a word: RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    private static void Expect(string code, string reply)
    {
        if (!reply.StartsWith(code, StringComparison.Ordinal))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Expected {code}, got \"{reply}\"."));
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } newline)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, newline)).TrimEnd('\r');
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
}
