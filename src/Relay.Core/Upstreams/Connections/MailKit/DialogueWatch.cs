using MailKit;
using MailKit.Net.Smtp;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// Sits where MailKit's protocol logger sits, inside the TLS layer, and sees every command go out and every reply come in. From that it knows the stage of a
/// session that is being opened and restarts the deadlines. It writes nothing down.
/// </summary>
internal sealed class DialogueWatch(SessionGuard guard, UpstreamOptions options, StageSpans? spans = null) : IProtocolLogger
{
    /// <summary>Longest time in which not one block of the body can be written (RFC 5321 §4.5.3.2.5).</summary>
    public static readonly TimeSpan BodyStall = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan QuitPatience = TimeSpan.FromSeconds(2);

    // Replies to a thousand pipelined RCPTs fit; a server that talks for ever does not.
    private const int MostBytesPerExchange = 1024 * 1024;
    private const int ServiceClosing = 421;

    private readonly ReplyScanner _replies = new();
    private int _bytesOfExchange;
    private Transaction? _transaction;
    private TransactionStage? _answered;
    private bool _isClosing;

    /// <summary>What was asked last while the session is being opened.</summary>
    public TransactionStage Stage
    {
        get;
        set
        {
            field = value;
            spans?.Enter(value);
        }
    } = TransactionStage.Connect;

    public bool SawGarbage => _replies.SawGarbage;

    public int LastCode => _replies.LastCode;

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>QUIT goes out next; its answer is not worth the time of a command.</summary>
    public void BeginClosing()
    {
        _isClosing = true;
        guard.Expect(QuitPatience);
    }

    /// <summary>From now on the stage is that of this transaction.</summary>
    public void Begin(Transaction transaction)
    {
        _transaction = transaction;
        _answered = null;
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

        guard.Expect(options.CommandTimeout);
        if (_replies.LastCode == ServiceClosing || IsOutOfStep())
        {
            guard.Abandon(); // RFC 5321 §3.8: after 421 the server closes; a RSET would only wait for an answer
        }

        _answered = _transaction?.Stage; // what comes after it at the same stage answers a RSET
    }

    public void Dispose()
    {
        // Nothing is held; the interface asks for it.
    }

    /// <summary>DATA and the dot have no hook in MailKit that comes before its RSET; the replies to MAIL and RCPT are judged in theirs.</summary>
    private bool IsOutOfStep() =>
        _transaction?.Stage is TransactionStage.Data or TransactionStage.Dot
        && _transaction.Stage != _answered
        && !ReplyRules.IsVerdict(_transaction.Stage, _replies.LastCode);

    private TimeSpan PatienceNow() =>
        _isClosing
            ? QuitPatience
            : _transaction?.Stage switch
            {
                TransactionStage.Body => BodyStall,
                TransactionStage.Dot when _answered != TransactionStage.Dot => options.DotTimeout,
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
