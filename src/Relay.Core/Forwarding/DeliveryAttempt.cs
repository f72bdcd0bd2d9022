using System.Runtime.CompilerServices;
using Relay.Core.Dispatch;
using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Forwarding;

/// <summary>
/// One message, one server, one lease: usually one transaction; another on a fresh connection when a kept one turned out to be dead, and further
/// ones for recipients beyond the server's limit. Its cancellation is its own, not the client session's, and it holds a reference on the body, so
/// that it may outlive both.
/// </summary>
internal sealed class DeliveryAttempt
{
    private static readonly int[] Only = [0];

    private readonly UpstreamLease _lease;
    private readonly ReceivedMessage _message;
    private readonly bool _allOrNothing;
    private readonly AttemptReporter _reporter;
    private readonly TimeProvider _time;
    private readonly Func<bool>? _mayGoOut;
    private readonly int[] _recipients;
    private readonly RecipientVerdict[] _verdicts;
    private volatile Transaction? _transaction;
    private UpstreamFailure? _failure;
    private Exchange? _exchange;
    private bool _hasSeenMessage;
    private bool _hasUnansweredDotsInARow;

    /// <param name="lease">The attempt owns it from now on.</param>
    /// <param name="message">The message; a reference on its body is taken here.</param>
    /// <param name="recipients">Indexes into the envelope's recipients.</param>
    /// <param name="terms">What holds for the message in all its groups.</param>
    public DeliveryAttempt(UpstreamLease lease, ReceivedMessage message, int[] recipients, ForwardingTerms terms)
    {
        message.Body.AddReference();
        _lease = lease;
        _message = message;
        (_allOrNothing, _reporter, _time, _mayGoOut) = (terms.AllOrNothing, terms.Reporter, terms.Time, terms.MayGoOut);
        _recipients = recipients;
        _verdicts = new RecipientVerdict[recipients.Length];
    }

    /// <summary>Whether the upstream may have the message, as far as is known now.</summary>
    public bool MayBeDelivered => _transaction is { MayBeDelivered: true };

    private UpstreamServer Server => _lease.Server;

    /// <summary>Runs it to its end. Throws nothing that a server or a network can cause.</summary>
    /// <param name="cancellationToken">Gives it up as long as the final dot is not out.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> RunAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        using var span = RelayTracing.BeginAttempt(Server.GroupName, Server.Name);
        try
        {
            await DeliverAsync(cancellationToken);
            var duration = _time.GetElapsedTime(start);
            AttemptReporter.End(span, _verdicts, _failure);
            _reporter.Report(_lease, _verdicts, _failure, _hasUnansweredDotsInARow, duration);
            return new AttemptResult(_verdicts, Record(Summary(), start, duration), _hasSeenMessage);
        }
        catch (Exception exception)
        {
            // Exceptions stop here. Whether the message may have gone out is known all the same.
            _reporter.Defect(Server, exception);
            return AfterDefect(start, _time.GetElapsedTime(start));
        }
        finally
        {
            _lease.Dispose();
            _message.Body.Release();
        }
    }

    /// <summary>What was delivered stays delivered; the rest is uncertain if the dot may be out, or was not sent.</summary>
    private AttemptResult AfterDefect(long start, TimeSpan duration)
    {
        var outcome = MayBeDelivered ? OutcomeKind.Uncertain : OutcomeKind.Deferred;
        var verdict = new RecipientVerdict(new Verdict(outcome, NextStep.Stop, Blame.Nobody), null);
        for (var position = 0; position < _verdicts.Length; position++)
        {
            if (_verdicts[position].Verdict.Outcome != OutcomeKind.Delivered)
            {
                _verdicts[position] = verdict;
            }
        }

        return new AttemptResult(_verdicts, Record("a defect of Relay", start, duration), _hasSeenMessage);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DeliverAsync(CancellationToken cancellationToken)
    {
        // Positions in _recipients that still want a transaction.
        var pending = _recipients.Length == 1 ? Only : [.. Enumerable.Range(0, _recipients.Length)];
        for (var fresh = false; pending.Length > 0; fresh = true)
        {
            pending = await DeliverOverAsync(pending, fresh, cancellationToken); // fewer each time: each connection settles at least one
        }
    }

    /// <summary>Runs transactions over one connection; returns those recipients that should be tried over a fresh one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int[]> DeliverOverAsync(int[] pending, bool fresh, CancellationToken cancellationToken)
    {
        var start = _reporter.Begin();
        var client = ForwardedClient.Of(_message.Origin, Server.Options.ClientIdentity);
        var pooled = await Server.Pool!.AcquireAsync(client, fresh, cancellationToken);
        if (pooled.Lease is not { IsReused: true })
        {
            _reporter.Took(Server, DeliveryPhase.Connect, start);
        }

        if (pooled.Lease is not { } connection)
        {
            _failure = pooled.Failure!;
            Settle(pending, RecipientVerdict.Of(_failure, Context(isReused: false)));
            return [];
        }

        await using (connection)
        {
            Server.Capabilities = connection.Session.Capabilities;
            var isReused = connection.IsReused && !fresh;
            while (pending.Length > 0)
            {
                var wanted = _allOrNothing ? pending.Length : Math.Min(pending.Length, Server.RecipientLimit);
                var limit = Granted(wanted);
                if (limit == 0)
                {
                    Settle(pending, RecipientVerdict.OutOfPace);
                    return [];
                }

                var (now, later) = limit == pending.Length ? (pending, []) : (pending[..limit], pending[limit..]);
                var further = await TransactAsync(connection.Session, now, isReused, cancellationToken);
                var retry = Having(now, NextStep.RetryOnFresh);
                if (retry.Length > 0 && !(_allOrNothing && retry.Length < now.Length))
                {
                    return [.. retry, .. later];
                }

                if (further.Length == 0 && _failure is not null)
                {
                    // The connection is gone, and with it the turn of those behind.
                    Settle(later, RecipientVerdict.Of(_failure, Context(isReused)));
                    return [];
                }

                pending = later.Length == 0 ? further : [.. further, .. later];
                if (pending.Length > 0 && !connection.Session.IsReusable)
                {
                    return pending; // the server lets no further transaction follow on this connection: they go over a fresh one
                }
            }

            return [];
        }
    }

    /// <summary>How many recipients the upstream's pace lets a transaction have: each transaction counts as a message, one that repeats another too.</summary>
    private int Granted(int wanted)
    {
        if (_lease.Hold is not { } hold)
        {
            return wanted;
        }

        var granted = hold.Begin(wanted);
        if (granted == 0 || granted == wanted || !_allOrNothing)
        {
            return granted;
        }

        hold.Undo(granted);
        return 0;
    }

    /// <summary>One transaction; returns the recipients that go in a further one on the same connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int[]> TransactAsync(
        IUpstreamSession session,
        int[] positions,
        bool isReused,
        CancellationToken cancellationToken
    )
    {
        var recipients = Recipients(positions);
        var transaction = new Transaction(_message, recipients, _allOrNothing) { MayGoOut = _mayGoOut };
        _transaction = transaction;
        Server.Dots.Begin(transaction);
        var start = _reporter.Begin();
        var result = await session.TransactAsync(transaction, cancellationToken);
        transaction.End(result.Failure);
        _reporter.Took(Server, DeliveryPhase.Transaction, start);
        if (result.Dot is { IsPositive: true })
        {
            _reporter.Sent(Server, _message.Body.Length);
        }

        var verdicts = TransactionJudge.Judge(result, Context(isReused));
        EndDotWatch(transaction, Array.Exists(verdicts, verdict => verdict.Verdict.Outcome == OutcomeKind.Uncertain));
        _failure = result.Failure;
        _exchange = _reporter.Keep(recipients, result, _exchange);
        if (result.Failure is { Kind: UpstreamFailureKind.CannotCarry })
        {
            _lease.Hold?.Undo(positions.Length); // refused before a byte went out
        }
        else
        {
            _hasSeenMessage = true;
        }

        for (var index = 0; index < positions.Length; index++)
        {
            _verdicts[positions[index]] = verdicts[index];
        }

        return Further(positions, result);
    }

    private EnvelopeRecipient[] Recipients(int[] positions)
    {
        var recipients = new EnvelopeRecipient[positions.Length];
        for (var index = 0; index < positions.Length; index++)
        {
            recipients[index] = _message.Envelope.Recipients[_recipients[positions[index]]];
        }

        return recipients;
    }

    private int[] Further(int[] positions, TransactionResult result)
    {
        var further = Having(positions, NextStep.FurtherTransaction);
        if (further.Length == 0)
        {
            return further;
        }

        Server.LearnRecipientLimit(result.Recipients.Count(reply => reply is { IsPositive: true }));
        // All or nothing: nothing was sent, and reception will stop the client at the limit next time.
        return _allOrNothing || result.Dot is not { IsPositive: true } ? [] : further;
    }

    private void EndDotWatch(Transaction transaction, bool isUncertain)
    {
        var (wasOverdue, isFailure) = Server.Dots.End(transaction, isUncertain);
        _hasUnansweredDotsInARow |= isFailure;
        if (wasOverdue)
        {
            _lease.Group.Refresh();
        }
    }

    private int[] Having(int[] positions, NextStep step)
    {
        var count = 0;
        foreach (var position in positions)
        {
            count += _verdicts[position].Verdict.Next == step ? 1 : 0;
        }

        return count == 0 ? [] : [.. positions.Where(position => _verdicts[position].Verdict.Next == step)];
    }

    private void Settle(int[] positions, RecipientVerdict verdict)
    {
        foreach (var position in positions)
        {
            _verdicts[position] = verdict;
        }
    }

    private ReplyContext Context(bool isReused) => new(isReused, _lease.Group.Options.Refused, Patterns: Server.ReplyPatterns);

    private AttemptRecord Record(string summary, long start, TimeSpan duration) =>
        new(Server.Name, summary, duration)
        {
            Group = Server.GroupName,
            Began = start,
            Exchange = _exchange,
        };

    private string Summary() =>
        _failure?.ToString() ?? Array.Find(_verdicts, verdict => verdict.Reply is not null).Reply?.ToString() ?? "nothing was sent";
}
