using System.Globalization;

namespace Relay.Core.Upstreams.Pace;

/// <summary>A pace in words, in the unit in which it is easiest to read.</summary>
internal static class PaceText
{
    private const double Minute = 60;

    /// <param name="perSecond">Messages a second.</param>
    public static string Of(double perSecond) =>
        perSecond >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.#} messages a second")
            : string.Create(CultureInfo.InvariantCulture, $"{perSecond * Minute:0.##} messages a minute");
}
