using MailKit;
using MailKit.Net.Smtp;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// Sits where MailKit's protocol logger sits, inside the TLS layer, and sees every command go out and every reply come in. From that it knows the stage of a
/// session that is being opened and restarts the deadlines. It writes nothing down.
/// </summary>
internal sealed class DialogueWatch(SessionGuard guard, UpstreamOptions options) : IProtocolLogger
{
    /// <summary>Longest time in which not one block of the body can be written (RFC 5321 §4.5.3.2.5).</summary>
    public static readonly TimeSpan BodyStall = TimeSpan.FromMinutes(3);

    // Replies to a thousand pipelined RCPTs fit; a server that talks for ever does not.
    private const int MostBytesPerExchange = 1024 * 1024;
    private const int ServiceClosing = 421;

    private readonly ReplyScanner _replies = new();
    private int _bytesOfExchange;
    private Transaction? _transaction;
    private bool _isDotAnswered;

    /// <summary>What was asked last while the session is being opened.</summary>
    public TransactionStage Stage { get; set; } = TransactionStage.Connect;

    public bool SawGarbage => _replies.SawGarbage;

    public int LastCode => _replies.LastCode;

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>From now on the stage is that of this transaction.</summary>
    public void Begin(Transaction transaction)
    {
        _transaction = transaction;
        _isDotAnswered = false;
    }

    public void LogConnect(Uri uri)
    {
        Stage = TransactionStage.Greeting;
        guard.Expect(options.CommandTimeout);
    }

    /// <summary>Called when bytes have been handed to the connection.</summary>
    public void LogClient(byte[] buffer, int offset, int count)
    {
        _bytesOfExchange = 0;
        if (_transaction is null)
        {
            Stage = StageOf(buffer.AsSpan(offset, count));
        }

        guard.Expect(PatienceNow());
    }

    /// <summary>Called when bytes have come, before MailKit looks at them.</summary>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        _bytesOfExchange += count;
        if (_bytesOfExchange > MostBytesPerExchange)
        {
            throw new SmtpProtocolException("The reply is longer than any reply should be.");
        }

        if (!_replies.Scan(buffer.AsSpan(offset, count)))
        {
            return; // a reply that comes in drops has the time of one reply, not of each drop
        }

        _isDotAnswered = _transaction?.Stage == TransactionStage.Dot; // a RSET that follows has the time of any command
        guard.Expect(options.CommandTimeout);
        if (_replies.LastCode == ServiceClosing)
        {
            guard.Abandon(); // RFC 5321 §3.8: the server closes now; a RSET would only wait for an answer
        }
    }

    public void Dispose()
    {
        // Nothing is held; the interface asks for it.
    }

    private TimeSpan PatienceNow() =>
        _transaction?.Stage switch
        {
            TransactionStage.Body => BodyStall,
            TransactionStage.Dot when !_isDotAnswered => options.DotTimeout,
            _ => options.CommandTimeout,
        };

    private TransactionStage StageOf(ReadOnlySpan<byte> command) =>
        command switch
        {
            _ when command.StartsWith("EHLO"u8) || command.StartsWith("HELO"u8) => TransactionStage.Ehlo,
            _ when command.StartsWith("STARTTLS"u8) => TransactionStage.StartTls,
            _ when command.StartsWith("AUTH"u8) => TransactionStage.Auth,
            _ => Stage,
        };
}
