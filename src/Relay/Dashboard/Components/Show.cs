using System.Globalization;

namespace Relay.Dashboard.Components;

/// <summary>Numbers and times as people read them, alike on all pages.</summary>
internal static class Show
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>1536 → <c>1.5 KiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1024 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return $"{Number(bytes)} {Units[unit]}";
    }

    /// <summary>Three digits at most behind the point, and none that say nothing: <c>0.25</c>, <c>12.5</c>, <c>1 234</c>.</summary>
    public static string Number(double number) =>
        Math.Abs(number) switch
        {
            < 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
            < 100 => number.ToString("0.#", CultureInfo.InvariantCulture),
            _ => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f'),
        };

    public static string Number(double? number) => number is { } known ? Number(known) : "–";

    public static string Milliseconds(double? milliseconds) =>
        milliseconds switch
        {
            null => "–",
            >= 10_000 => $"{Number(milliseconds.Value / 1000)} s",
            _ => $"{Number(milliseconds.Value)} ms",
        };

    /// <summary><c>45 s</c>, <c>12 min</c>, <c>3 h 5 min</c>, <c>4 d</c>.</summary>
    public static string Span(TimeSpan span) =>
        span.Duration() switch
        {
            { TotalSeconds: < 90 } short_ => string.Create(CultureInfo.InvariantCulture, $"{short_.TotalSeconds:0} s"),
            { TotalMinutes: < 90 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.TotalMinutes:0} min"),
            { TotalHours: < 36 } hours => string.Create(CultureInfo.InvariantCulture, $"{(int)hours.TotalHours} h {hours.Minutes} min"),
            var days => string.Create(CultureInfo.InvariantCulture, $"{days.TotalDays:0.#} d"),
        };

    /// <summary><c>12 min ago</c>, or <c>in 3 s</c>.</summary>
    public static string Since(DateTimeOffset then, DateTimeOffset now) =>
        then > now ? $"in {Span(then - now)}"
        : now - then < TimeSpan.FromSeconds(2) ? "now"
        : $"{Span(now - then)} ago";

    /// <summary>In UTC, as in the log.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An empty sender is that of bounces.</summary>
    public static string Address(string address) => address.Length == 0 ? "<>" : address;
}
