using System.Runtime.CompilerServices;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>The part of a message that goes to one group, and the upstreams it may still try there.</summary>
/// <param name="queue">The group.</param>
/// <param name="message">The message.</param>
/// <param name="recipients">Indexes into the envelope's recipients, ascending.</param>
/// <param name="request">How it looks for an upstream, if not as fresh mail does.</param>
/// <param name="first">Picked before, and asked first.</param>
internal sealed class GroupPlan(
    GroupQueue queue,
    ReceivedMessage message,
    IReadOnlyList<int> recipients,
    PickRequest? request = null,
    UpstreamLease? first = null
)
{
    private UpstreamLease? _first = first;
    private readonly PickRequest _request = request ?? new PickRequest(message);

    public UpstreamGroup Group => queue.Group;

    /// <summary>Reserves an upstream for a message that is about to be stored, so that its row can name it; null when none has room now.</summary>
    public UpstreamLease? TryPickNow() => queue.TryPickNow(new PickRequest(message) { Recipients = Recipients.Count });

    public IReadOnlyList<int> Recipients { get; } = recipients;

    /// <summary>
    /// Why the message can never go to this group: every member is known to be unable to carry it, from its own EHLO, or not meant for its sender, by the configuration. Null while one might.
    /// </summary>
    public SmtpReply? NobodyCanCarry
    {
        get
        {
            if (Group.ExcludesSender(message.Envelope.Sender))
            {
                return CarryReplies.SenderNotTaken;
            }

            SmtpReply? missing = null;
            foreach (var member in Group.Members)
            {
                missing = _request.WhatIsMissing(member);
                if (missing is null)
                {
                    return null;
                }
            }

            return missing;
        }
    }

    /// <summary>The server that was asked last may be asked again: only its pace kept it from taking all.</summary>
    public void MayTryAgain(UpstreamServer server) => _request.Forget(server);

    /// <summary>The next candidate, picked now and not before: tier by tier, never the same one twice.</summary>
    /// <param name="recipients">How many are still to get the message.</param>
    /// <param name="isWhole">All of them in one transaction, or none.</param>
    /// <param name="deadline">Until then room is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PickResult> NextAsync(int recipients, bool isWhole, long deadline, CancellationToken cancellationToken)
    {
        (_request.Recipients, _request.IsWhole) = (recipients, isWhole);
        var pick = _first is null
            ? await queue.PickAsync(_request, deadline, cancellationToken)
            : new PickResult(PickStatus.Picked, _first);
        _first = null;
        if (pick.Lease is { } lease)
        {
            _request.Tried(lease.Server);
        }

        return pick;
    }
}
