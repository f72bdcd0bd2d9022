using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Relay.Core.Configuration;

/// <summary>A limit as a provider states it: <c>14/s</c>, <c>30/min</c>, <c>500/h</c>, <c>10000/day</c>. It holds for any window of that length.</summary>
/// <param name="Limit">At most so many, 1 to 100,000,000.</param>
/// <param name="Window">Length of the window.</param>
/// <param name="Unit">As it is written: <c>s</c>, <c>min</c>, <c>h</c> or <c>day</c>.</param>
internal readonly record struct Rate(int Limit, TimeSpan Window, string Unit)
{
    public const string Syntax = "write a whole number and s, min, h or day, as in 14/s, 30/min, 500/h or 10000/day";

    private const int MostLimit = 100_000_000;

    public static bool TryParse(string text, [NotNullWhen(true)] out Rate? rate)
    {
        rate = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (
            slash < 0
            || !int.TryParse(text.AsSpan(0, slash).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            || limit is < 1 or > MostLimit
        )
        {
            return false;
        }

        rate = text[(slash + 1)..].Trim().ToUpperInvariant() switch
        {
            "S" => new Rate(limit, TimeSpan.FromSeconds(1), "s"),
            "MIN" => new Rate(limit, TimeSpan.FromMinutes(1), "min"),
            "H" => new Rate(limit, TimeSpan.FromHours(1), "h"),
            "DAY" => new Rate(limit, TimeSpan.FromDays(1), "day"),
            _ => null,
        };
        return rate is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Limit}/{Unit}");
}
