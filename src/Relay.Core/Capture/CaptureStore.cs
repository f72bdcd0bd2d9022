using System.Diagnostics.CodeAnalysis;
using Relay.Core.Messages;
using Relay.Core.Reception;

namespace Relay.Core.Capture;

/// <summary>
/// An embedded mailbox: the last messages of one Capture upstream, bounded in number and bytes, so that a developer's forgotten load
/// test does not fill the machine.
/// </summary>
/// <param name="group">The group of the upstream.</param>
/// <param name="upstream">Its name.</param>
/// <param name="limit">Messages kept; the oldest go first.</param>
/// <param name="time">Tells when a message came.</param>
/// <param name="faults">How it fails on purpose.</param>
internal sealed class CaptureStore(string group, string upstream, int limit, TimeProvider time, CaptureFaults faults) : IMessageSink
{
    /// <summary>Bytes kept in one mailbox: 64 MiB. The newest message is kept even if it is larger.</summary>
    public const long MaximumBytes = 64L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(CapturedMessage Message, MessageBody Body)> _kept = new();
    private long _bytes;

    private volatile int _limit = limit;

    /// <summary>Raised after each change, where it happens: whoever listens must only take note.</summary>
    public event Action<CaptureChange>? Changed;

    public string Group => group;

    public string Upstream => upstream;

    public CaptureFaults Faults => faults;

    /// <summary>Messages kept; fewer than before show with the next one that comes.</summary>
    public int Limit
    {
        get => _limit;
        set => _limit = value;
    }

    /// <summary>What is kept now, in order of arrival.</summary>
    public IReadOnlyList<CapturedMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _kept.Select(kept => kept.Message)];
            }
        }
    }

    /// <summary>The oldest mail makes room.</summary>
    public SmtpReply? CheckRoom() => null;

    /// <summary>A mailbox takes mail for everybody.</summary>
    public SmtpReply? CheckRecipient(
        MessageOrigin origin,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> accepted,
        EnvelopeRecipient recipient
    ) => null;

    public async ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone)
    {
        var subject = await CaptureHeaders.ReadSubjectAsync(message.Body, clientGone);
        var captured = new CapturedMessage(message.Id, group, upstream, message.Envelope, message.Body.Length, subject, time.GetUtcNow());
        message.Body.AddReference();
        lock (_lock)
        {
            _kept.Enqueue((captured, message.Body));
            _bytes += captured.Size;
            EvictUnderLock();
        }

        Changed?.Invoke(new CaptureChange(CaptureChangeKind.Arrived, captured.Id, captured));
        return new SmtpReply(250, new EnhancedStatusCode(2, 0, 0), $"OK {message.Id} captured");
    }

    /// <summary>Opens one message for reading; false when the mailbox does not hold it (any more).</summary>
    public bool TryOpen(MessageId id, [NotNullWhen(true)] out CapturedLease? lease)
    {
        lock (_lock)
        {
            var (message, body) = _kept.FirstOrDefault(kept => kept.Message.Id == id);
            body?.AddReference();
            lease = body is null ? null : new CapturedLease(message, body);
        }

        return lease is not null;
    }

    /// <summary>Somebody has opened it.</summary>
    public void MarkRead(CapturedMessage message)
    {
        if (message.MarkRead())
        {
            Changed?.Invoke(new CaptureChange(CaptureChangeKind.Read, message.Id));
        }
    }

    /// <summary>Lets those go that a test is true of; returns how many. Who reads one of them at the moment reads it to the end.</summary>
    public int Delete(Func<CapturedMessage, bool> isMeant)
    {
        List<CapturedMessage> deleted = [];
        lock (_lock)
        {
            for (var left = _kept.Count; left > 0; left--)
            {
                var kept = _kept.Dequeue();
                if (!isMeant(kept.Message))
                {
                    _kept.Enqueue(kept);
                    continue;
                }

                deleted.Add(kept.Message);
                _bytes -= kept.Message.Size;
                kept.Body.Release();
            }
        }

        if (deleted.Count > 0)
        {
            Changed?.Invoke(new CaptureChange(CaptureChangeKind.Deleted, deleted.Count == 1 ? deleted[0].Id : null));
        }

        return deleted.Count;
    }

    private void EvictUnderLock()
    {
        while (_kept.Count > _limit || (_bytes > MaximumBytes && _kept.Count > 1))
        {
            var (message, body) = _kept.Dequeue();
            _bytes -= message.Size;
            body.Release();
        }
    }
}
