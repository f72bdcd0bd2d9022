using System.Globalization;
using Relay.Core.Configuration;

namespace Relay.Simulation.Providers;

/// <summary>So many messages, or recipients, in any window of this length.</summary>
internal sealed record Ration(int Count, TimeSpan Window, bool IsOfRecipients = false)
{
    /// <summary>A quota: what is over it waits for hours.</summary>
    public bool IsQuota => Window >= TimeSpan.FromHours(1);

    /// <summary>As Relay is told of it.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Count}/{(Window.TotalSeconds switch
            {
                1 => "s",
                60 => "min",
                3600 => "h",
                86_400 => "day",
                _ => throw new InvalidOperationException("Relay knows no such window."),
            })}"
        );

    /// <summary>As a preset writes it.</summary>
    public static Ration Parse(string text) =>
        Rate.TryParse(text, out var rate) ? new Ration(rate.Value.Limit, rate.Value.Window) : throw new FormatException(text);

    public static Ration PerSecond(int count) => new(count, TimeSpan.FromSeconds(1));

    public static Ration PerMinute(int count) => new(count, TimeSpan.FromMinutes(1));

    public static Ration PerHour(int count) => new(count, TimeSpan.FromHours(1));

    public static Ration PerDay(int count) => new(count, TimeSpan.FromDays(1));
}
