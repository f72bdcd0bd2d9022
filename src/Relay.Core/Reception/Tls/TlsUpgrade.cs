using Microsoft.Extensions.Logging;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Tls;

/// <summary>Takes a session from clear text to TLS, at its begin or by STARTTLS, and makes sure that nothing of before counts after.</summary>
internal sealed class TlsUpgrade(SmtpSettings settings, SessionTransport transport, SessionContext context, ILogger logger)
{
    /// <summary>Answers STARTTLS and does the handshake.</summary>
    /// <returns>False when the session is over.</returns>
    public async ValueTask<bool> StartAsync()
    {
        // RFC 3207 §4.2, and CVE-2011-0411: somebody on the way may have put commands behind STARTTLS, to have them run as the client's own.
        if (await transport.HasMoreInputAsync())
        {
            logger.BytesBeforeTls(context.Origin.Client);
            transport.Reply(Replies.BytesBeforeTls);
            return false;
        }

        transport.Reply(Replies.ReadyForTls);
        return await transport.FlushAsync() && await SecureAsync();
    }

    /// <summary>Does the handshake. One that fails harms nobody but the session.</summary>
    /// <returns>False when the session is over.</returns>
    public async ValueTask<bool> SecureAsync()
    {
        var tls = settings.Tls!;
        transport.SetDeadline(tls.HandshakeTimeout);
        try
        {
            var details = await TlsHandshake.RunAsync(transport, tls, settings.Time);
            context.Secure(details);
            settings.Metrics?.Handshaken(settings.Listener, isSuccess: true);
            logger.Secured(context.Origin.Client, details, details.Client, details.IsKnownClient);
        }
        catch (Exception exception) when (TlsHandshake.IsExpected(exception))
        {
            settings.Metrics?.Handshaken(settings.Listener, isSuccess: false);
            logger.HandshakeFailed(context.Origin.Client, transport.IsOverdue ? "it took too long" : exception.GetBaseException().Message);
            return false;
        }

        transport.SetDeadline(settings.Limits.CommandTimeout);
        return true;
    }
}
