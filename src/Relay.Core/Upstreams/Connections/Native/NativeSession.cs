using System.Runtime.CompilerServices;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>A connection on which Relay's own client sends one message after the other.</summary>
internal sealed class NativeSession(
    NativeConnection connection,
    IReadOnlyList<string> mechanisms,
    CertificateCheck check,
    Func<string?> tlsVersion,
    Heartbeat heartbeat
) : IUpstreamSession
{
    private static readonly TimeSpan QuitPatience = TimeSpan.FromSeconds(2);

    private readonly SmtpWire _wire = connection.Wire;
    private readonly SessionGuard _guard = connection.Guard;
    private int _transactions;
    private bool _isFit = true;

    public UpstreamCapabilities Capabilities { get; } = connection.Offered.CapabilitiesOf(check.HasVerified);

    public bool IsReusable => _isFit && _transactions < (connection.Offered.MaximumTransactions ?? int.MaxValue);

    private UpstreamOptions Options => connection.Options;

    public PeerDescription Describe() => new(connection.Offered.Lines, mechanisms, tlsVersion(), check.Seen);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TransactionResult> TransactAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        var needsSmtpUtf8 = Carriage.NeedsSmtpUtf8(transaction);
        if (Carriage.Refusal(transaction, needsSmtpUtf8, Capabilities) is { } refusal)
        {
            return Unsent(transaction, UpstreamFailureKind.CannotCarry, refusal);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Unsent(transaction, UpstreamFailureKind.Cancelled, null);
        }

        _isFit = false;
        _transactions++;
        var dialogue = TransactionDialogue.For(connection, transaction, needsSmtpUtf8);
        await RunAsync(dialogue, transaction, cancellationToken);
        Rest();
        return dialogue.Result;
    }

    public async ValueTask<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        _isFit = false;
        await using (cancellationToken.UnsafeRegister(static guard => ((SessionGuard)guard!).GiveUp(), _guard))
        {
            _isFit = await IsAnsweredAsync(TransactionStage.Ehlo, "NOOP\r\n"u8.ToArray());
        }

        Rest();
        return _isFit;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isFit)
        {
            _isFit = false;
            await QuitAsync(); // a connection that broke or is out of step is dropped without a word
        }

        heartbeat.Remove(_guard);
        await _wire.DisposeAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunAsync(TransactionDialogue dialogue, Transaction transaction, CancellationToken cancellationToken)
    {
        // Ends before the connection rests: whoever gives this message up then must not end the next one.
        await using var registration = cancellationToken.UnsafeRegister(static guard => ((SessionGuard)guard!).GiveUp(), _guard);
        try
        {
            await dialogue.RunAsync();
            _isFit = dialogue.Result.Failure is null && connection.IsInStep;
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            BreakOff(dialogue, transaction, exception);
        }

        // The verdict stands; what becomes of the connection cannot change it any more.
        _isFit = _isFit && (!dialogue.NeedsReset || await IsAnsweredAsync(TransactionStage.Mail, "RSET\r\n"u8.ToArray()));
    }

    /// <summary>Buffers go back, and the connection is fit for another message unless something is left over on it.</summary>
    private void Rest()
    {
        _isFit = _isFit && _wire.Received.IsEmpty && !_guard.Token.IsCancellationRequested;
        connection.Rest();
    }

    private void BreakOff(TransactionDialogue dialogue, Transaction transaction, Exception exception)
    {
        if (!dialogue.IsRefused)
        {
            dialogue.Result.Failure ??= new UpstreamFailure(transaction.Stage, Breakage.KindOf(exception, _guard), Cause: exception);
        }
    }

    /// <summary>Says something and waits for 250; false for anything else, whatever it is.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> IsAnsweredAsync(TransactionStage stage, byte[] command)
    {
        try
        {
            _guard.Expect(Options.CommandTimeout);
            _wire.Append(command);
            await _wire.FlushAsync();
            return (await connection.Replies.ReadAsync(stage)).Code == 250;
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            return false; // the caller opens another connection; a kept one that has gone stale is nothing to report
        }
    }

    private async ValueTask QuitAsync()
    {
        _guard.Expect(QuitPatience);
        try
        {
            _wire.Append("QUIT\r\n"u8);
            await _wire.FlushAsync();
            await connection.Replies.ReadAsync(TransactionStage.Ehlo);
        }
        catch (Exception exception) when (Breakage.IsExpected(exception))
        {
            _isFit = false; // the server was told, or is gone; either way the connection ends here
        }
    }

    private static TransactionResult Unsent(Transaction transaction, UpstreamFailureKind kind, SmtpReply? reply) =>
        new(transaction.Recipients.Count) { Failure = new UpstreamFailure(TransactionStage.Mail, kind, reply) };
}
