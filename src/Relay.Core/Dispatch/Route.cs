using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Dispatch;

/// <summary>One route, ready to be matched: all its conditions must hold, and a condition that was not given holds.</summary>
internal sealed class Route(RouteOptions options, GroupQueue group)
{
    private readonly AddressPattern? _from = Pattern(options.From);
    private readonly AddressPattern? _to = Pattern(options.To);
    private readonly IPNetwork? _client = options.Client is null ? null : IPNetwork.Parse(options.Client);

    public RouteOptions Options => options;

    public GroupQueue Group { get; } = group;

    /// <summary>The one domain of all recipients that the route matches; null when it names none, or a pattern.</summary>
    public string? RecipientDomain => _to?.LiteralDomain;

    /// <summary>The same of its senders.</summary>
    public string? SenderDomain => _from?.LiteralDomain;

    public bool Matches(MessageOrigin origin, MailPath sender, MailPath recipient) =>
        (_from is null || _from.Matches(sender))
        && (_to is null || _to.Matches(recipient))
        && (options.Listener is null || string.Equals(options.Listener, origin.Listener, StringComparison.OrdinalIgnoreCase))
        && (options.User is null || string.Equals(options.User, origin.User, StringComparison.OrdinalIgnoreCase))
        && (_client is not { } network || (origin.Client is { } client && network.Contains(client)));

    private static AddressPattern? Pattern(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return AddressPattern.TryParse(text, out var pattern)
            ? pattern
            : throw new ArgumentException($"'{text}' is not an address pattern.", nameof(text));
    }
}
