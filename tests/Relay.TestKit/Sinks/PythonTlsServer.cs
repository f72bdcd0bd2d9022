using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Relay.TestKit.Processes;

namespace Relay.TestKit.Sinks;

/// <summary>An SMTP server on Python's ssl, which tells of each handshake whether it resumed an earlier session; .NET's own server does not tell.</summary>
public sealed class PythonTlsServer : IAsyncDisposable
{
    // Arguments: file with certificate and key, newest version of TLS, "implicit" or "starttls".
    private const string Script = """
        import socket, ssl, sys, threading

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
        context.maximum_version = ssl.TLSVersion[sys.argv[2]]

        def secure(connection):
            tls = context.wrap_socket(connection, server_side=True)
            print("handshake", tls.version(), "resumed" if tls.session_reused else "full", flush=True)
            return tls

        def serve(connection):
            try:
                if sys.argv[3] == "implicit":
                    connection = secure(connection)
                connection.sendall(b"220 python\r\n")
                while line := connection.recv(1000):
                    if line.startswith(b"STARTTLS"):
                        connection.sendall(b"220 go ahead\r\n")
                        connection = secure(connection)
                    elif line.startswith(b"EHLO"):
                        connection.sendall(b"250-python\r\n250 STARTTLS\r\n")
                    else:
                        connection.sendall(b"250 ok\r\n")
            except OSError:
                pass # the client has gone

        listener = socket.create_server(("127.0.0.1", 0))
        print("port", listener.getsockname()[1], flush=True)
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """;

    private readonly string _file = Path.GetTempFileName();
    private readonly RunningProcess _process;

    private PythonTlsServer(X509Certificate2 certificate, string newestVersion, bool isImplicit)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(_file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        _process = RunningProcess.Start("python3", ["-c", Script, _file, newestVersion, isImplicit ? "implicit" : "starttls"]);
    }

    public int Port { get; private set; }

    /// <summary>One entry a handshake: <c>TLSv1.3 full</c>, <c>TLSv1.3 resumed</c>.</summary>
    public IReadOnlyList<string> Handshakes => Lines("handshake ");

    /// <summary>Starts one on a free port.</summary>
    /// <param name="certificate">What it shows, with its key.</param>
    /// <param name="newestVersion"><c>TLSv1_2</c> or <c>TLSv1_3</c>.</param>
    /// <param name="isImplicit">TLS from the first byte, in place of STARTTLS.</param>
    public static async Task<PythonTlsServer> StartAsync(X509Certificate2 certificate, string newestVersion, bool isImplicit)
    {
        var server = new PythonTlsServer(certificate, newestVersion, isImplicit);
        await Until.TrueAsync(() => server.Lines("port ").Count > 0, "Python listens");
        server.Port = int.Parse(server.Lines("port ")[0], CultureInfo.InvariantCulture);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_file);
    }

    private IReadOnlyList<string> Lines(string prefix) =>
        [
            .. _process
                .Output.Split('\n')[..^1]
                .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
                .Select(line => line[prefix.Length..]),
        ];
}
