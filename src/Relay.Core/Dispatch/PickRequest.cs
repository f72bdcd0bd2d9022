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

    /// <summary>It comes from the spool, and lets fresh mail go first.</summary>
    public bool IsBacklog { get; init; }

    /// <summary>It holds its place for long, and lets smaller fresh mail go first.</summary>
    public bool IsLarge => Needs.Size > BodyStorage.MemoryPerBody;

    /// <summary>Every member that can carry the message is a choice: nobody was tried.</summary>
    public bool MayGoAnywhere => _first is null && Only is null;

    /// <summary>Whether the server is a choice: it was not tried, and it can carry the message as far as is known.</summary>
    public bool MayUse(UpstreamServer server) =>
        IsMeant(server) && server != _first && (_further is null || !_further.Contains(server)) && Needs.AreMetBy(server.Capabilities);

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
}
