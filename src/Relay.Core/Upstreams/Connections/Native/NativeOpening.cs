using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>Greeting, EHLO, TLS and AUTH over a connection that stands, each within its time, and what it means when one of them fails.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The TLS stream belongs to the wire, which passes to the session or is disposed of.")]
internal sealed class NativeOpening(
    UpstreamOptions options,
    NetworkCredential? credentials,
    ForwardedClient? client,
    string hostName,
    Heartbeat heartbeat,
    TimeProvider time,
    ChunkingTrust chunking,
    StageSpans? spans = null
)
{
    private const int Ready = 220;
    private const int Authenticated = 235;

    private readonly SessionGuard _guard = new(time);
    private readonly CertificateCheck _check = new(options.Certificate);
    private TransactionStage _stage = TransactionStage.Greeting;
    private ServerExtensions _offered = ServerExtensions.None;
    private string? _clientName;
    private SslStream? _tls;

    /// <summary>Owns <paramref name="stream"/> from here on.</summary>
    public async Task<OpenResult> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        heartbeat.Add(_guard);
        var wire = new SmtpWire(stream, _guard);
        var replies = new ReplyReader(wire);
        var failure = await TryOpenAsync(wire, replies, cancellationToken);
        if (failure is null)
        {
            var connection = new NativeConnection(wire, replies, _guard, options, _offered, chunking, time);
            return new OpenResult(new NativeSession(connection, _offered.Mechanisms, _check, TlsVersion, heartbeat), null);
        }

        heartbeat.Remove(_guard);
        await wire.DisposeAsync();
        return new OpenResult(null, failure with { Certificate = _check.Seen });
    }

    private string? TlsVersion() => _tls?.SslProtocol.ToString();

    private async Task<UpstreamFailure?> TryOpenAsync(SmtpWire wire, ReplyReader replies, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static guard => ((SessionGuard)guard!).GiveUp(), _guard);
        try
        {
            return await OpenAsync(wire, replies);
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            return _stage == TransactionStage.StartTls ? HandshakeFailed(exception) : BrokeOff(exception);
        }
    }

    private async Task<UpstreamFailure?> OpenAsync(SmtpWire wire, ReplyReader replies)
    {
        if (options.Tls == UpstreamTls.Implicit)
        {
            await SecureAsync(wire);
        }

        return await GreetAsync(replies)
            ?? await HelloAsync(wire, replies)
            ?? await StartTlsAsync(wire, replies)
            ?? await IntroduceClientAsync(wire, replies)
            ?? await AuthenticateAsync(wire, replies);
    }

    private async Task<UpstreamFailure?> GreetAsync(ReplyReader replies)
    {
        Expect(TransactionStage.Greeting);
        var reply = await replies.ReadAsync(TransactionStage.Greeting);
        return reply.Code == Ready ? null : Refused(reply);
    }

    /// <summary>EHLO, or HELO for a server that knows no other (RFC 5321 §3.2); not after 421, which ends the session.</summary>
    private async Task<UpstreamFailure?> HelloAsync(SmtpWire wire, ReplyReader replies)
    {
        var reply = await SayHelloAsync(wire, replies, "EHLO ");
        if (reply.IsPositive)
        {
            _offered = ServerExtensions.Of(reply);
            return null;
        }

        if (!reply.IsPermanent)
        {
            return Refused(reply);
        }

        _offered = ServerExtensions.None;
        reply = await SayHelloAsync(wire, replies, "HELO ");
        return reply.IsPositive ? null : Refused(reply);
    }

    private async Task<SmtpReply> SayHelloAsync(SmtpWire wire, ReplyReader replies, string verb)
    {
        Expect(TransactionStage.Ehlo);
        wire.AppendText(verb);
        wire.AppendText(_clientName ?? hostName);
        wire.Append("\r\n"u8);
        await wire.FlushAsync();
        return await replies.ReadAsync(TransactionStage.Ehlo);
    }

    private async Task<UpstreamFailure?> StartTlsAsync(SmtpWire wire, ReplyReader replies)
    {
        if (_tls is not null || options.Tls == UpstreamTls.None)
        {
            return null;
        }

        if (!_offered.StartTls)
        {
            // An attacker who strips STARTTLS from the EHLO reply must not be sent a password.
            var isRequired = options.Tls == UpstreamTls.StartTls || credentials is not null;
            return isRequired ? new UpstreamFailure(TransactionStage.StartTls, UpstreamFailureKind.TlsNotOffered) : null;
        }

        Expect(TransactionStage.StartTls);
        wire.Append("STARTTLS\r\n"u8);
        await wire.FlushAsync();
        var reply = await replies.ReadAsync(TransactionStage.StartTls);
        if (reply.Code != Ready)
        {
            var kind = reply.Code == ReplyRules.ServiceClosing ? UpstreamFailureKind.Reply : UpstreamFailureKind.TlsFailed;
            return new UpstreamFailure(_stage, kind, reply);
        }

        if (!wire.Received.IsEmpty)
        {
            // Injected before the handshake, to be believed after it (CVE-2011-0411 and kin).
            return new UpstreamFailure(
                _stage,
                UpstreamFailureKind.TlsFailed,
                Cause: new ReplyFormatException("Something came before TLS.")
            );
        }

        await SecureAsync(wire);
        return await HelloAsync(wire, replies); // what was offered in clear text counts no more (RFC 3207 §4.2)
    }

    /// <summary>Mail never goes out under another name than it should: a server that does not offer XCLIENT gets none.</summary>
    private async Task<UpstreamFailure?> IntroduceClientAsync(SmtpWire wire, ReplyReader replies)
    {
        if (options.ClientIdentity != ClientIdentity.XClient || client is null)
        {
            return null;
        }

        if (!_offered.XClientAttributes.Contains("ADDR"))
        {
            return new UpstreamFailure(TransactionStage.Ehlo, UpstreamFailureKind.XClientNotOffered);
        }

        Expect(TransactionStage.Ehlo);
        wire.AppendText(XClientAnnouncement.Compose(client, _offered.XClientAttributes));
        wire.Append("\r\n"u8);
        await wire.FlushAsync();
        var reply = await replies.ReadAsync(TransactionStage.Ehlo);
        if (reply.Code != Ready)
        {
            return Refused(reply);
        }

        _clientName = client.HelloName.Length > 0 ? client.HelloName : null;
        return await HelloAsync(wire, replies); // the session begins anew, as the client's
    }

    private async Task SecureAsync(SmtpWire wire)
    {
        Expect(TransactionStage.StartTls);
        wire.Replace(stream => _tls = new SslStream(stream));
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = UpstreamPeer.NameOf(options).Host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck, // a responder that is down must not stop the mail
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _check.Trusts(certificate, chain, errors),
        };
        await _tls!.AuthenticateAsClientAsync(authentication, _guard.Token);
    }

    private async Task<UpstreamFailure?> AuthenticateAsync(SmtpWire wire, ReplyReader replies)
    {
        if (credentials is null)
        {
            return null;
        }

        if (SaslChoice.Choose(options, _offered.Mechanisms, _tls is not null) is not { } chosen)
        {
            return new UpstreamFailure(TransactionStage.Auth, UpstreamFailureKind.AuthNotOffered);
        }

        Expect(TransactionStage.Auth);
        var reply = await new SaslDialogue(wire, replies, _guard, options).RunAsync(chosen, credentials);
        return reply.Code == Authenticated ? null : Refused(reply);
    }

    private void Expect(TransactionStage stage)
    {
        _stage = stage;
        spans?.Enter(stage);
        _guard.Expect(options.CommandTimeout);
    }

    private UpstreamFailure Refused(SmtpReply reply) => new(_stage, UpstreamFailureKind.Reply, reply);

    private UpstreamFailure HandshakeFailed(Exception exception)
    {
        var kind = _check.HasRefused ? UpstreamFailureKind.CertificateNotTrusted : UpstreamFailureKind.TlsFailed;
        return new UpstreamFailure(TransactionStage.StartTls, _guard.Reason ?? kind, Cause: exception);
    }

    private UpstreamFailure BrokeOff(Exception exception) => new(_stage, Breakage.KindOf(exception, _guard), Cause: exception);
}
