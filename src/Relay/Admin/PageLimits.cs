using Relay.Core.Messages;

namespace Relay.Admin;

/// <summary>What lists that are read page by page have in common.</summary>
internal static class PageLimits
{
    public const int Default = 100;
    public const int Most = 1000;

    public static bool IsLimit(int limit, out string why)
    {
        why = $"limit: {limit} is not between 1 and {Most}.";
        return limit is >= 1 and <= Most;
    }

    /// <summary>The id behind which a page begins; null for the first page.</summary>
    public static bool TryReadId(string? after, out MessageId? position, out string why)
    {
        (position, why) = (null, $"after: \"{after}\" is not the id of a message.");
        if (string.IsNullOrEmpty(after))
        {
            return true;
        }

        position = MessageId.TryParse(after, out var id) ? id : null;
        return position is not null;
    }
}
