using System.ComponentModel;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Reception.Tls;

/// <summary>The handshake of one session, as its server. What it costs is bounded: one record is waited for, then the library takes over.</summary>
internal static class TlsHandshake
{
    /// <summary>What a client, or nobody, can bring about; anything else is a defect of ours.</summary>
    public static bool IsExpected(Exception exception) =>
        exception
            is AuthenticationException
                or IOException
                or OperationCanceledException
                or InvalidOperationException { Source: "System.Net.Security" }
                or CryptographicException
                or Win32Exception;

    /// <summary>From here on <paramref name="transport"/> speaks TLS. Its deadline, and the end of the process, cancel it.</summary>
    /// <exception cref="Exception">It failed; see <see cref="IsExpected"/>.</exception>
    public static async Task<TlsDetails> RunAsync(SessionTransport transport, TlsSettings settings, TimeProvider time)
    {
        var hello = await ReadHelloAsync(transport);
        var material = settings.Source.Current;
        var context = material.Certificates.Choose(hello) ?? throw new AuthenticationException("There is no certificate.");

        // The signature that comes now takes a millisecond or more. The thread that hears from the sockets must not spend it.
        await Task.Yield();
        var stream = new SslStream(transport.OpenRaw(), leaveInnerStreamOpen: true);
        try
        {
            var isKnown = await AuthenticateAsync(stream, context, material.Clients, time.GetUtcNow());
            var details = new TlsDetails(stream.SslProtocol, stream.NegotiatedCipherSuite, stream.RemoteCertificate?.Subject, isKnown);
            transport.Secure(stream);
            return details;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task<ClientHello> ReadHelloAsync(SessionTransport transport)
    {
        while (true)
        {
            var result = await transport.ReadAsync();
            var isThere = ClientHello.TryRead(result.Buffer, out var hello);
            // Nothing is taken; what was looked at is to be looked at again, at once, when all of it is there.
            transport.AdvanceTo(result.Buffer.Start, isThere ? result.Buffer.Start : result.Buffer.End);
            if (isThere)
            {
                return hello;
            }

            if (result.IsCanceled || result.IsCompleted)
            {
                throw result.IsCompleted
                    ? new IOException("The client closed the connection.")
                    : new OperationCanceledException("The client did not begin in time.");
            }
        }
    }

    private static async Task<bool> AuthenticateAsync(
        SslStream stream,
        SslStreamCertificateContext context,
        ClientCertificateRules clients,
        DateTimeOffset now
    )
    {
        var check = new ClientCertificateCheck(clients);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, // RFC 8996: older ones must not be used
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
            AllowTlsResume = true,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (!clients.IsEmpty)
        {
            // A ticket holds the client's certificate, but not those of its issuers that were sent along: who comes back with one could be somebody known no more.
            options.AllowTlsResume = false;
            options.ClientCertificateRequired = true; // it is asked for; a client without one goes on all the same
            options.CertificateChainPolicy = clients.CreatePolicy(now);
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => check.Accept(certificate, errors);
        }

        await stream.AuthenticateAsServerAsync(options);
        return check.IsKnown;
    }
}
