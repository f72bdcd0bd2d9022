using MailKit;
using MailKit.Net.Smtp;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>A connection past its opening, on which MailKit sends one message after the other.</summary>
/// <remarks>
/// What MailKit cannot carry exactly: an ORCPT of the client, addresses that differ in case only (one RCPT is sent for them), and addresses it cannot parse.
/// </remarks>
internal sealed class MailKitSession : IUpstreamSession
{
    private static readonly SmtpReply BadSenderSyntax = new(
        553,
        new EnhancedStatusCode(5, 1, 7),
        "The sender's address cannot be expressed"
    );
    private static readonly SmtpReply AuthenticationRequired = new(530, null, "");

    private readonly MailKitClient _client;
    private readonly DialogueWatch _watch;
    private readonly SessionGuard _guard;
    private readonly Heartbeat _heartbeat;
    private readonly UpstreamOptions _options;
    private readonly CertificateCheck _check;
    private readonly RawMessage _raw = new();

    public MailKitSession(
        MailKitClient client,
        DialogueWatch watch,
        SessionGuard guard,
        Heartbeat heartbeat,
        UpstreamOptions options,
        CertificateCheck check
    )
    {
        _check = check;
        _client = client;
        _watch = watch;
        _guard = guard;
        _heartbeat = heartbeat;
        _options = options;
        Capabilities = new UpstreamCapabilities(
            client.Capabilities.HasFlag(SmtpCapabilities.EightBitMime),
            client.Capabilities.HasFlag(SmtpCapabilities.UTF8),
            client.MaxSize == 0 ? null : client.MaxSize,
            client.Capabilities.HasFlag(SmtpCapabilities.Dsn),
            RequireTls: client.Capabilities.HasFlag(SmtpCapabilities.RequireTLS) && client.IsSecure && check.HasVerified
        );
        guard.Rest();
    }

    public UpstreamCapabilities Capabilities { get; }

    public bool IsReusable { get; private set; } = true;

    public PeerDescription Describe() =>
        new(
            ExtensionNames.Of(_client.Capabilities, _client.MaxSize),
            [.. _client.AuthenticationMechanisms.Order(StringComparer.Ordinal)],
            _client.IsSecure ? _client.SslProtocol.ToString() : null,
            _check.Seen
        );

    public async ValueTask<TransactionResult> TransactAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        var needsSmtpUtf8 = Carriage.NeedsSmtpUtf8(transaction);
        if (Carriage.Refusal(transaction, needsSmtpUtf8, Capabilities) is { } refusal)
        {
            return Unsent(transaction, UpstreamFailureKind.CannotCarry, refusal);
        }

        if (EnvelopeAddresses.TryExpress(transaction.Message.Envelope.Sender) is not { } sender)
        {
            return Unsent(transaction, UpstreamFailureKind.CannotCarry, BadSenderSyntax);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Unsent(transaction, UpstreamFailureKind.Cancelled, null);
        }

        var outgoing = new OutgoingTransaction(transaction, sender, _guard, _options.DotTimeout) { NeedsSmtpUtf8 = needsSmtpUtf8 };
        if (outgoing.IsWorthSending)
        {
            await SendAsync(outgoing, cancellationToken);
        }

        outgoing.Addresses.ShareReplies(outgoing.Result.Recipients);
        return outgoing.Result;
    }

    public async ValueTask<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        IsReusable = false;
        _guard.Expect(_options.CommandTimeout);
        try
        {
            await using (cancellationToken.UnsafeRegister(static guard => ((SessionGuard)guard!).GiveUp(), _guard))
            {
                await _client.NoOpAsync(_guard.Token);
            }

            _guard.Rest();
            IsReusable = _client.IsConnected && !_guard.Token.IsCancellationRequested;
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            IsReusable = false; // the caller opens another connection; a pooled one that has gone stale is nothing to report
        }

        return IsReusable;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsReusable)
        {
            await QuitAsync(); // a connection that broke or is out of step is dropped without a word
        }

        _heartbeat.Remove(_guard);
        _client.Dispose();
        _raw.Dispose();
    }

    private async Task SendAsync(OutgoingTransaction outgoing, CancellationToken cancellationToken)
    {
        IsReusable = false;
        var isPipelined = _client.Capabilities.HasFlag(SmtpCapabilities.Pipelining);
        var keepsCapabilities = KeepDomainsAscii(outgoing);
        Begin(outgoing);
        try
        {
            await using var registration = cancellationToken.UnsafeRegister(static guard => ((SessionGuard)guard!).GiveUp(), _guard);
            var text = await _client.SendAsync(
                RawMessage.Format,
                _raw.Message,
                outgoing.Sender,
                outgoing.Addresses.Mailboxes,
                _guard.Token
            );
            outgoing.Result.Dot = SmtpReply.Parse((int)SmtpStatusCode.Ok, text);
        }
        catch (SmtpCommandException exception)
        {
            outgoing.Refused(Replies.Read(exception));
        }
        catch (ServiceNotAuthenticatedException exception)
        {
            outgoing.AuthenticationRequired(SmtpReply.Parse(AuthenticationRequired.Code, exception.Message), isPipelined);
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            outgoing.BrokeOff(Breakage.KindOf(exception, _guard, _watch), exception);
        }

        _raw.PointAt(null);
        _client.Current = null;
        _guard.Rest();

        // After a refusal MailKit has sent RSET, and has disconnected unless it was answered 250.
        IsReusable = keepsCapabilities && outgoing.Result.Failure is null && _client.IsConnected && !_guard.Token.IsCancellationRequested;
    }

    private void Begin(OutgoingTransaction outgoing)
    {
        outgoing.Transaction.Stage = TransactionStage.Mail;
        _client.RequireTLS = outgoing.Envelope.RequireTls;
        _client.DeliveryStatusNotificationType = Dsn.Return(outgoing.Envelope.Return);
        _client.Current = outgoing;
        _raw.PointAt(outgoing);
        _watch.Begin(outgoing.Transaction);
        _guard.Expect(_options.CommandTimeout);
    }

    /// <summary>
    /// A domain that came as <c>xn--</c> would go out in Unicode, and with SMTPUTF8, to a server that offers it. Without that capability MailKit leaves it as it is;
    /// it cannot be given back, so this connection serves no further message. Returns whether it still can.
    /// </summary>
    private bool KeepDomainsAscii(OutgoingTransaction outgoing)
    {
        var isInternational = outgoing.Sender.IsInternational || outgoing.Addresses.HasInternational;
        if (outgoing.NeedsSmtpUtf8 || !isInternational || !Capabilities.SmtpUtf8)
        {
            return true;
        }

        _client.Capabilities &= ~SmtpCapabilities.UTF8;
        return false;
    }

    private async Task QuitAsync()
    {
        _watch.BeginClosing();
        try
        {
            await _client.DisconnectAsync(quit: true, _guard.Token);
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            IsReusable = false; // the server was told, or is gone; either way the connection ends here
        }
    }

    private static TransactionResult Unsent(Transaction transaction, UpstreamFailureKind kind, SmtpReply? reply) =>
        new(transaction.Recipients.Count) { Failure = new UpstreamFailure(TransactionStage.Mail, kind, reply) };
}
