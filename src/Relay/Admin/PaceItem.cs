using Relay.Core.Upstreams.Pace;

namespace Relay.Admin;

/// <summary>One rate of an upstream, as the API shows it.</summary>
/// <param name="Rate">As it is configured: <c>14/s</c>.</param>
/// <param name="Unit"><c>messages</c> or <c>recipients</c>.</param>
/// <param name="WindowSeconds">Length of the window.</param>
/// <param name="Limit">At most so many in any window.</param>
/// <param name="Used">In the window that ends now, deliveries under way included.</param>
internal sealed record PaceItem(string Rate, string Unit, double WindowSeconds, int Limit, long Used)
{
    public static PaceItem Of(PaceReading reading) =>
        new(reading.Name, reading.Unit, reading.Window.TotalSeconds, reading.Limit, reading.Used);
}
