using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Relay.TestKit.Clients;

/// <summary>A client that speaks SMTP within TLS after STARTTLS, and trusts whatever certificate it is shown.</summary>
public sealed class SecureSmtpClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly SslStream _stream;
    private readonly StreamReader _reader;
    private readonly List<string> _extensions = [];

    private SecureSmtpClient(SslStream stream)
    {
        _stream = stream;
        _reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
    }

    /// <summary>The lines of the reply to EHLO within TLS, without their codes.</summary>
    public IReadOnlyList<string> Extensions => _extensions;

    /// <summary>Connects, says EHLO, STARTTLS and EHLO.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    public static async Task<SecureSmtpClient> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        var plain = new NetworkStream(socket, ownsSocket: true);
        var tls = new SslStream(plain);
        try
        {
            using var reader = new StreamReader(plain, Encoding.UTF8, leaveOpen: true);
            await ReadAsync(reader, "220");
            await plain.WriteAsync("EHLO client.test\r\n"u8.ToArray());
            await ReadAsync(reader, "250");
            await plain.WriteAsync("STARTTLS\r\n"u8.ToArray());
            await ReadAsync(reader, "220");
            await tls.AuthenticateAsClientAsync(TrustingClient.Options());
            var client = new SecureSmtpClient(tls);
            await tls.WriteAsync("EHLO client.test\r\n"u8.ToArray());
            await ReadAsync(client._reader, "250", client._extensions);
            return client;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one message and returns the reply to its dot.</summary>
    /// <param name="content">As it goes over the wire: dots stuffed, CRLF at the end, without the final dot.</param>
    /// <param name="parameters">Of MAIL, with a blank before them.</param>
    public async Task<string> SendMailAsync(string content, string parameters = "")
    {
        await CommandAsync("MAIL FROM:<a@example.com>" + parameters, "250");
        await CommandAsync("RCPT TO:<b@example.com>", "250");
        await CommandAsync("DATA", "354");
        return await CommandAsync(content + ".", "");
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
    }

    private async Task<string> CommandAsync(string line, string expected)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n")).AsTask().WaitAsync(Deadline);
        return await ReadAsync(_reader, expected);
    }

    private static async Task<string> ReadAsync(StreamReader reader, string expected, List<string>? lines = null)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync().WaitAsync(Deadline) ?? throw new EndOfStreamException("The server closed.");
            if (!line.StartsWith(expected, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Expected {expected}, got \"{line}\".");
            }

            lines?.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length < 4 || line[3] != '-')
            {
                return line;
            }
        }
    }
}
