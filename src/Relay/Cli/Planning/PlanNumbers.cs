using System.Globalization;

namespace Relay.Cli.Planning;

/// <summary>Numbers as people read them.</summary>
internal static class PlanNumbers
{
    /// <summary>Decimals only where they matter.</summary>
    public static string Text(double number) =>
        double.IsInfinity(number) ? "any"
        : number is > 0 and < 0.1 ? number.ToString("0.###", CultureInfo.InvariantCulture)
        : number.ToString(number < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Bytes(double bytes) =>
        bytes switch
        {
            < 1e3 => $"{Text(bytes)} B",
            < 1e6 => $"{Text(bytes / 1e3)} kB",
            < 1e9 => $"{Text(bytes / 1e6)} MB",
            _ => $"{Text(bytes / 1e9)} GB",
        };

    public static string Duration(double seconds) =>
        seconds switch
        {
            < 120 => $"{Text(seconds)} s",
            < 7200 => $"{Text(seconds / 60)} min",
            < 172_800 => $"{Text(seconds / 3600)} h",
            _ => $"{Text(seconds / 86_400)} days",
        };
}
