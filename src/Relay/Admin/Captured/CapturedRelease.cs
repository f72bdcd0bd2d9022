using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;
using Relay.Core.Upstreams;
using Relay.Trails;

namespace Relay.Admin.Captured;

/// <summary>
/// Sends captured mail on to a group of real servers, as a new message with the bytes and the envelope that it came with. It goes by the spool, so that it cannot be lost on the
/// way; where there is none, it is tried at once and the mailbox keeps it in any case.
/// </summary>
internal sealed class CapturedRelease(
    CaptureMailboxes mailboxes,
    TopologyManager topology,
    MessageDispatcher dispatcher,
    MessageForwarder forwarder,
    IMessageSpool spool,
    MessageTrail trail,
    MessageIdGenerator ids,
    TimeProvider time
)
{
    /// <summary>Of those that a release names itself.</summary>
    private const int MostRecipients = 100;

    /// <summary>How long the answer waits for the first word about a message that is in the spool.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Groups that a mail can be released to.</summary>
    public IReadOnlyList<string> Groups =>
        [.. topology.Current.Groups.Values.Where(IsReal).Select(static group => group.Name).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Releases one mail.</summary>
    /// <param name="id">The captured mail.</param>
    /// <param name="groupName">A group of real servers.</param>
    /// <param name="to">Recipients, where they are to be others than those of the mail.</param>
    /// <param name="cancellationToken">Ends the wait for the first word, and nothing else.</param>
    public async Task<(ReleaseResult? Result, ReleaseRefusal? Refusal)> ReleaseAsync(
        MessageId id,
        string? groupName,
        IReadOnlyList<string>? to,
        CancellationToken cancellationToken
    )
    {
        if (groupName is null || !topology.Current.Groups.TryGetValue(groupName, out var group) || !IsReal(group))
        {
            var known = Groups is { Count: > 0 } groups ? $"there are {string.Join(", ", groups)}" : "the configuration has none";
            return (null, new ReleaseRefusal($"group: a group of real servers is needed; {known}."));
        }

        if (!TryReadRecipients(to, out var recipients, out var why))
        {
            return (null, new ReleaseRefusal(why));
        }

        if (!mailboxes.TryOpen(id, out var lease))
        {
            return (null, new ReleaseRefusal("", IsUnknownMail: true));
        }

        using (lease)
        {
            var envelope = lease.Message.Envelope with { Recipients = recipients ?? lease.Message.Envelope.Recipients };
            var origin = new MessageOrigin(null, topology.Current.Options.HostName, lease.Message.Upstream) { IsTrusted = false };
            var message = new ReceivedMessage(ids.Next(), envelope, lease.Body, origin, time.GetTimestamp());
            try
            {
                return (spool is NoSpool ? await SendAsync(message, group) : await StoreAsync(message, group, cancellationToken), null);
            }
            catch (SpoolUnavailableException failure)
            {
                return (null, new ReleaseRefusal(failure.Message, IsUnavailable: true));
            }
        }
    }

    private static bool IsReal(UpstreamGroup group) =>
        group.Options.Upstreams.Values.All(static upstream => upstream.Kind != UpstreamKind.Capture);

    /// <summary>Stored as held and then moved, as an operator would: what is moved stays in its group whatever the routes say, and between the two steps it is safe and seen.</summary>
    private async Task<ReleaseResult> StoreAsync(ReceivedMessage message, UpstreamGroup group, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var heard = new TaskCompletionSource<TrailEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(TrailEntry entry)
        {
            if (entry.Id == message.Id)
            {
                heard.TrySetResult(entry);
            }
        }

        trail.Added += Hear;
        try
        {
            await spool.StoreAsync(EntryOf(message, group, now), CancellationToken.None);
            var move = new QueueAction.Move(group.Name, now);
            await spool.ChangeAsync(new QueueFilter { Message = message.Id }, move, 1, CancellationToken.None);
            return await FirstWordAsync(message.Id, group, heard.Task, cancellationToken);
        }
        finally
        {
            trail.Added -= Hear;
        }
    }

    private SpoolEntry EntryOf(ReceivedMessage message, UpstreamGroup group, DateTimeOffset now) =>
        new()
        {
            Message = SpooledMessage.Of(message, now),
            Body = message.Body,
            Parts =
            [
                new SpoolPart
                {
                    Group = group.Name,
                    Recipients = message.Envelope.Recipients,
                    State = SpoolState.Held,
                    DueAt = now,
                    ExpiresAt = now + topology.Current.Options.Retry.GiveUpAfter,
                    Reason = $"released from the mailbox to {group.Name}",
                },
            ],
        };

    private async Task<ReleaseResult> FirstWordAsync(
        MessageId id,
        UpstreamGroup group,
        Task<TrailEntry> heard,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var entry = await heard.WaitAsync(trail.IsOn ? Patience : TimeSpan.Zero, time, cancellationToken);
            var reply = entry.Attempts.Count > 0 ? entry.Attempts[^1].Summary : null;
            return new ReleaseResult(id.ToString(), group.Name, MessageStatus.Of([entry]), reply);
        }
        catch (Exception early) when (early is TimeoutException or OperationCanceledException)
        {
            return new ReleaseResult(id.ToString(), group.Name, MessageStatus.Queued, null);
        }
    }

    /// <summary>Without a spool: now or not at all. What comes of it is in the answer, and the mail is still in its mailbox.</summary>
    private async Task<ReleaseResult> SendAsync(ReceivedMessage message, UpstreamGroup group)
    {
        var (table, terms) = (dispatcher.Table, topology.Current.Options.Delivery);
        if (table.QueueOf(group) is not { } queue)
        {
            return new ReleaseResult(
                message.Id.ToString(),
                group.Name,
                MessageStatus.Deferred,
                "the configuration was reloaded; try again"
            );
        }

        var plan = new GroupPlan(queue, message, [.. Enumerable.Range(0, message.Envelope.Recipients.Count)]);
        var result = await forwarder.RunAsync(
            message,
            plan,
            terms.InlineBudget,
            terms.AttemptsPerRun,
            static _ => ValueTask.FromResult(true),
            static () => true,
            CancellationToken.None // an attempt that is begun is not broken off because a browser is closed
        );
        var reply = ClientReply.For(message, result.Outcomes);
        trail.Answered(message, result.Outcomes, result.Attempts, reply, isStored: false);
        var statuses = result.Outcomes.Select(static outcome => StatusOf(outcome.Kind)).Distinct(StringComparer.Ordinal).ToList();
        var status = statuses is [var only] ? only : MessageStatus.Mixed;
        return new ReleaseResult(
            message.Id.ToString(),
            group.Name,
            status,
            result.Attempts.Count > 0 ? result.Attempts[^1].Summary : $"{reply}"
        );
    }

    private static string StatusOf(OutcomeKind kind) =>
        kind switch
        {
            OutcomeKind.Delivered => MessageStatus.Delivered,
            OutcomeKind.Rejected => MessageStatus.Rejected,
            OutcomeKind.Uncertain => MessageStatus.Uncertain,
            _ => MessageStatus.Deferred,
        };

    private static bool TryReadRecipients(IReadOnlyList<string>? to, out IReadOnlyList<EnvelopeRecipient>? recipients, out string why)
    {
        (recipients, why) = (null, "");
        if (to is null || to.Count == 0)
        {
            return true;
        }

        if (to.Count > MostRecipients)
        {
            why = $"to: at most {MostRecipients} recipients.";
            return false;
        }

        List<EnvelopeRecipient> read = [];
        foreach (var text in to)
        {
            if (AddressText.TryRead(text) is not { IsNull: false } path)
            {
                why = $"to: \"{text}\" is not an address.";
                return false;
            }

            read.Add(new EnvelopeRecipient(path));
        }

        recipients = read;
        return true;
    }
}
