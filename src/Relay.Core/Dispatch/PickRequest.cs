using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>A message that looks for an upstream of one group: what it needs, and whom it has tried in this run. It never goes to the same one twice.</summary>
/// <param name="message">The message.</param>
/// <param name="needs">What it needs, if not what the message itself tells.</param>
internal sealed class PickRequest(ReceivedMessage message, MessageNeeds? needs = null)
{
    // Nearly every message goes to the first one that is asked; others are few, so a list will do.
    private UpstreamServer? _first;
    private List<UpstreamServer>? _further;

    public ReceivedMessage Message { get; } = message;

    public MessageNeeds Needs { get; } = needs ?? MessageNeeds.Of(message);

    /// <summary>The only server that may have it: it may have the message already. Null for any.</summary>
    public string? Only { get; init; }

    /// <summary>Recipients that are still to get it.</summary>
    public int Recipients { get; set; } = message.Envelope.Recipients.Count;

    /// <summary>All recipients go in one transaction, or none.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Recipients that it looks for room for, when there is none for all of them.</summary>
    public int AtMost { get; set; } = int.MaxValue;

    /// <summary>It comes from the spool, and lets fresh mail go first.</summary>
    public bool IsBacklog { get; init; }

    /// <summary>It holds its place for long, and lets smaller fresh mail go first.</summary>
    public bool IsLarge => Needs.Size > BodyStorage.MemoryPerBody;

    /// <summary>Every member that can carry the message is a choice: nobody was tried.</summary>
    public bool MayGoAnywhere => _first is null && Only is null;

    /// <summary>Whether the server is a choice: it was not tried, takes mail of this sender, and can carry the message as far as is known.</summary>
    public bool MayUse(UpstreamServer server) =>
        IsMeant(server)
        && server != _first
        && (_further is null || !_further.Contains(server))
        && server.Senders.Takes(Message.Envelope.Sender)
        && Needs.AreMetBy(server.Capabilities);

    /// <summary>The reply that says why the server can never take the message; null when it can, as far as is known.</summary>
    public SmtpReply? WhatIsMissing(UpstreamServer server) =>
        server.Senders.Takes(Message.Envelope.Sender) ? Needs.WhatIsMissing(server.Capabilities) : CarryReplies.SenderNotTaken;

    /// <summary>Recipients that there must be room for at a server: one that never has room for all is sent some, and the others later.</summary>
    public int RecipientsFor(UpstreamServer server) =>
        IsWhole ? Recipients : Math.Min(Recipients, Math.Min(AtMost, server.Pace.MostRecipients));

    /// <summary>Whether the server could take it at once.</summary>
    public bool HasRoomAt(UpstreamServer server) => server.HasRoomFor(RecipientsFor(server)) && (!IsLarge || server.HasPlaceForLarge);

    private bool IsMeant(UpstreamServer server) => Only is null || string.Equals(Only, server.Name, StringComparison.OrdinalIgnoreCase);

    public void Tried(UpstreamServer server)
    {
        if (_first is null)
        {
            _first = server;
        }
        else
        {
            (_further ??= []).Add(server);
        }
    }

    public void Forget(UpstreamServer server)
    {
        if (_first == server)
        {
            _first = _further is [var next, ..] ? next : null;
            server = _first ?? server;
        }

        _further?.Remove(server);
    }
}
