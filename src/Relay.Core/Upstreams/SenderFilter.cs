using Relay.Core.Messages;

namespace Relay.Core.Upstreams;

/// <summary>Whose mail an upstream takes: that of senders who match one of its patterns, or everybody's where it has none.</summary>
internal sealed class SenderFilter
{
    private static readonly SenderFilter Everybody = new([]);

    private readonly AddressPattern[] _patterns;

    private SenderFilter(AddressPattern[] patterns) => _patterns = patterns;

    /// <summary>Whether it leaves anybody out.</summary>
    public bool IsRestricted => _patterns.Length > 0;

    /// <param name="patterns">Valid ones.</param>
    public static SenderFilter Of(IReadOnlyList<string> patterns) => patterns.Count == 0 ? Everybody : new([.. patterns.Select(Read)]);

    public bool Takes(MailPath sender)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(sender))
            {
                return true;
            }
        }

        return _patterns.Length == 0;
    }

    private static AddressPattern Read(string text) =>
        AddressPattern.TryParse(text, out var pattern)
            ? pattern
            : throw new ArgumentException($"'{text}' is not an address pattern.", nameof(text));
}
