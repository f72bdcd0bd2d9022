using Relay.Admin;

namespace Relay.Cli.Top;

/// <summary>One line of the table.</summary>
/// <param name="Item">As the relay shows it.</param>
/// <param name="PerSecond">Delivered since the last look.</param>
/// <param name="Share">Of what its group delivered lately, 0 to 1; null while that was nothing.</param>
/// <param name="Rates">Deliveries a second, the newest last.</param>
internal sealed record UpstreamRow(UpstreamItem Item, double PerSecond, double? Share, double[] Rates)
{
    public string Key => KeyOf(Item);

    public static string KeyOf(UpstreamItem item) => $"{item.Group}/{item.Name}";
}
