using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Reception.Access;

/// <summary>Somebody who has logged in, or may.</summary>
internal sealed class RelayUser(string name, UserOptions options)
{
    private readonly AddressPattern[] _senders =
    [
        .. options.Senders.Select(text =>
            AddressPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException($"'{text}' is not a pattern of senders.")
        ),
    ];

    /// <summary>As the configuration writes it.</summary>
    public string Name { get; } = name;

    /// <summary>Without patterns a user may be any sender.</summary>
    public bool MaySendAs(MailPath sender) => _senders.Length == 0 || Array.Exists(_senders, pattern => pattern.Matches(sender));
}
