using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// Remembers what became of recent messages, so that each can be found and explained: a ring, bounded in number and bytes. What waits or has failed is in the
/// spool's records besides, and outlives a restart there.
/// </summary>
/// <remarks>Entries are kept as bytes (<see cref="TrailCodec"/>): on the path of a message it costs garbage that dies at once, and a lock that is held for a copy of some hundred bytes.</remarks>
internal sealed class MessageTrail(TrailOptions options, TimeProvider time)
{
    private readonly TrailRing _ring = new(options.Messages, options.Memory);

    /// <summary>Raised for each entry, on the thread of its message: whoever listens must only take note.</summary>
    public event Action<TrailEntry>? Added;

    /// <summary>Whether anything is remembered at all.</summary>
    public bool IsOn => options.Messages > 0;

    /// <summary>Entries that are remembered now.</summary>
    public int Count => _ring.Count;

    /// <summary>The client of a message was answered.</summary>
    /// <param name="message">The message; its body is looked at now and not kept.</param>
    /// <param name="outcomes">In the order of the envelope's recipients.</param>
    /// <param name="attempts">In the order in which they ended.</param>
    /// <param name="reply">What the client is told.</param>
    /// <param name="isStored">The spool answers for what is not settled.</param>
    public void Answered(
        ReceivedMessage message,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        SmtpReply reply,
        bool isStored
    )
    {
        if (!IsOn)
        {
            return;
        }

        Add(
            new TrailEntry
            {
                Id = message.Id,
                At = time.GetUtcNow(),
                Envelope = message.Envelope,
                Origin = message.Origin,
                Size = message.Body.Length,
                MessageIdField = MessageIdField.Read(message.Body),
                Recipients = message.Envelope.Recipients,
                Outcomes = outcomes,
                Attempts = attempts,
                Reply = reply,
                IsStored = isStored,
            }
        );
    }

    /// <summary>The spool made a run for some recipients of a message.</summary>
    /// <param name="message">Everything but <see cref="TrailEntry.At"/> and <see cref="TrailEntry.MessageIdField"/>.</param>
    /// <param name="body">The bytes of the message.</param>
    public void Ran(TrailRun message, MessageBody body)
    {
        if (!IsOn)
        {
            return;
        }

        Add(
            new TrailEntry
            {
                Id = message.Id,
                At = time.GetUtcNow(),
                Envelope = message.Envelope,
                Origin = message.Origin,
                Size = body.Length,
                MessageIdField = MessageIdField.Read(body),
                Recipients = message.Recipients,
                Outcomes = message.Outcomes,
                Attempts = message.Attempts,
                NextAt = message.NextAt,
                IsGivenUp = message.IsGivenUp,
                IsStored = message.NextAt is not null,
            }
        );
    }

    /// <summary>What is remembered now, the oldest first.</summary>
    public IReadOnlyList<TrailEntry> Entries() => _ring.Read(only: null);

    /// <summary>What is remembered of one message, the oldest first.</summary>
    public IReadOnlyList<TrailEntry> Of(MessageId id) => _ring.Read(id);

    private void Add(TrailEntry entry)
    {
        var scratch = TrailScratch.Take();
        TrailCodec.Write(scratch, entry);
        _ring.Add(scratch.Written);
        scratch.End();
        Added?.Invoke(entry);
    }
}
