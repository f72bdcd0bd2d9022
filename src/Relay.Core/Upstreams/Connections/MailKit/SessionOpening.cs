using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using MailKit.Net.Smtp;
using MailKit.Security;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>Greeting, EHLO, TLS and AUTH over a connection that stands, each within its time, and what it means when one of them fails.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The client passes to the session; where none comes of it, OpenAsync disposes of it.")]
internal sealed class SessionOpening
{
    private readonly UpstreamOptions _options;
    private readonly NetworkCredential? _credentials;
    private readonly Heartbeat _heartbeat;
    private readonly SessionGuard _guard;
    private readonly DialogueWatch _watch;
    private readonly MailKitClient _client;
    private readonly CertificateCheck _check;

    public SessionOpening(
        UpstreamOptions options,
        NetworkCredential? credentials,
        string hostName,
        Heartbeat heartbeat,
        TimeProvider time,
        StageSpans? spans = null
    )
    {
        _options = options;
        _credentials = credentials;
        _heartbeat = heartbeat;
        _guard = new SessionGuard(time);
        _watch = new DialogueWatch(_guard, options, spans);
        _check = new CertificateCheck(options.Certificate);
        _client = new MailKitClient(_watch)
        {
            LocalDomain = hostName,
            CheckCertificateRevocation = false, // a responder that is down must not stop the mail
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => _check.Trusts(certificate, chain, errors),
            Timeout = Timeout.Infinite, // deadlines are the guard's
        };
    }

    /// <summary>Owns <paramref name="stream"/> from here on.</summary>
    public async Task<OpenResult> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        _heartbeat.Add(_guard);
        _watch.Stage = _options.Tls == UpstreamTls.Implicit ? TransactionStage.StartTls : TransactionStage.Greeting;
        _guard.Expect(_options.CommandTimeout);
        var failure = await TryOpenAsync(new BatchingStream(stream), cancellationToken);
        if (failure is null)
        {
            return new OpenResult(new MailKitSession(_client, _watch, _guard, _heartbeat, _options, _check), null);
        }

        _heartbeat.Remove(_guard);
        _client.Dispose();
        await stream.DisposeAsync();
        return new OpenResult(null, failure with { Certificate = _check.Seen });
    }

    private async Task<UpstreamFailure?> TryOpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await using var registration = cancellationToken.UnsafeRegister(static guard => ((SessionGuard)guard!).GiveUp(), _guard);
            var (host, port) = UpstreamPeer.NameOf(_options);
            await _client.ConnectAsync(stream, host, port, SecurityWanted(), _guard.Token);
            return _credentials is null ? null : await AuthenticateAsync(_credentials);
        }
        catch (SmtpCommandException exception)
        {
            return Refused(Replies.Read(exception), exception);
        }
        catch (AuthenticationException exception)
        {
            return new UpstreamFailure(TransactionStage.Auth, UpstreamFailureKind.Reply, AuthReply(exception), exception);
        }
        catch (NotSupportedException exception) when (_watch.Stage == TransactionStage.Ehlo)
        {
            return new UpstreamFailure(TransactionStage.StartTls, UpstreamFailureKind.TlsNotOffered, Cause: exception);
        }
        catch (SslHandshakeException exception)
        {
            return HandshakeFailed(exception);
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            return BrokeOff(exception);
        }
    }

    private async Task<UpstreamFailure?> AuthenticateAsync(NetworkCredential credentials)
    {
        var offered = _client.AuthenticationMechanisms;
        if (SaslChoice.Choose(_options, offered, _client.IsSecure) is not { } chosen)
        {
            return new UpstreamFailure(TransactionStage.Auth, UpstreamFailureKind.AuthNotOffered);
        }

        var mechanism = SaslMechanisms.Create(chosen, credentials, _options);
        await _client.AuthenticateAsync(mechanism, _guard.Token);

        // MailKit believes any 235, also after a wrong proof or none where the mechanism asks the server for one (RFC 5802 §5).
        return mechanism.IsAuthenticated ? null : Unproved(mechanism);
    }

    private static UpstreamFailure Unproved(SaslMechanism mechanism)
    {
        var cause = new SaslException(
            mechanism.MechanismName,
            SaslErrorCode.IncorrectHash,
            $"{mechanism.MechanismName}: the server has not proved that it knows the password."
        );
        return new UpstreamFailure(TransactionStage.Auth, UpstreamFailureKind.Garbage, Cause: cause);
    }

    private SecureSocketOptions SecurityWanted() =>
        _options.Tls switch
        {
            UpstreamTls.None => SecureSocketOptions.None,
            UpstreamTls.StartTls => SecureSocketOptions.StartTls,
            UpstreamTls.Implicit => SecureSocketOptions.SslOnConnect,
            // An attacker who strips STARTTLS from the EHLO reply must not be sent a password.
            _ => _credentials is null ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls,
        };

    private UpstreamFailure Refused(SmtpReply reply, Exception cause)
    {
        var isTlsRefused = _watch.Stage == TransactionStage.StartTls && reply.Code != ReplyRules.ServiceClosing;
        return new UpstreamFailure(_watch.Stage, isTlsRefused ? UpstreamFailureKind.TlsFailed : UpstreamFailureKind.Reply, reply, cause);
    }

    private UpstreamFailure HandshakeFailed(SslHandshakeException exception)
    {
        var kind = _check.HasRefused ? UpstreamFailureKind.CertificateNotTrusted : UpstreamFailureKind.TlsFailed;
        return new UpstreamFailure(TransactionStage.StartTls, _guard.Reason ?? kind, Cause: exception);
    }

    private UpstreamFailure BrokeOff(Exception exception)
    {
        // After 421 to EHLO the guard keeps MailKit from saying HELO; the text of the reply is lost then, its code is not.
        var reply = _watch.LastCode == ReplyRules.ServiceClosing ? new SmtpReply(ReplyRules.ServiceClosing, null, "") : null;
        var kind = reply is null ? Breakage.KindOf(exception, _guard, _watch) : UpstreamFailureKind.Reply;
        return new UpstreamFailure(_watch.Stage, kind, reply, exception);
    }

    /// <summary>MailKit tells the refusal as a text: <c>535: 5.7.8 wrong password</c>.</summary>
    private SmtpReply AuthReply(AuthenticationException exception)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{_watch.LastCode}: ");
        var text = exception.Message.StartsWith(prefix, StringComparison.Ordinal) ? exception.Message[prefix.Length..] : "";
        return SmtpReply.Parse(_watch.LastCode, text);
    }
}
