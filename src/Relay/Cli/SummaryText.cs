using RouteOptions = Relay.Core.Configuration.RouteOptions;

namespace Relay.Cli;

/// <summary>Prints a summary for people.</summary>
internal sealed class SummaryText(TextWriter writer)
{
    public void Write(ConfigurationSummary summary)
    {
        writer.WriteLine();
        writer.WriteLine("Listeners");
        foreach (var listener in summary.Listeners)
        {
            writer.WriteLine($"  {listener.Name, -16} {listener.Address}");
        }

        writer.WriteLine();
        writer.WriteLine("Routes, the first that matches");
        foreach (var route in summary.Routes)
        {
            writer.WriteLine($"  {Describe(route)} -> {route.Group}");
        }

        if (summary.Routes.Count == 0)
        {
            writer.WriteLine($"  everything -> {(summary.Groups.Count == 1 ? summary.Groups[0].Name : "default")}");
        }

        foreach (var group in summary.Groups)
        {
            writer.WriteLine();
            Write(group);
        }
    }

    private void Write(GroupSummary group)
    {
        writer.WriteLine($"Group {group.Name}, {group.Strategy}");
        foreach (var tier in group.Tiers)
        {
            foreach (var upstream in tier.Upstreams)
            {
                writer.WriteLine(
                    $"  {(tier == group.Tiers[0] ? "primary" : "backup"), -8} priority {tier.Priority, -3} {upstream.Name, -16} {upstream.Address, -32} "
                        + $"weight {upstream.Weight}, {Plural(upstream.Connections, "connection")}{(upstream.Agent is { } agent ? $", agent {agent}" : "")}{Senders(upstream)}"
                );
                foreach (var setting in upstream.Settings)
                {
                    writer.WriteLine($"           {setting.Name} = {setting.Value} ({setting.From})");
                }
            }
        }
    }

    private static string Senders(UpstreamSummary upstream) =>
        upstream.SenderPatterns.Count == 0 ? "" : $", senders {string.Join(", ", upstream.SenderPatterns)}";

    public static string Describe(RouteOptions route)
    {
        string?[] conditions =
        [
            route.From is null ? null : $"from {route.From}",
            route.To is null ? null : $"to {route.To}",
            route.Listener is null ? null : $"by {route.Listener}",
            route.Client is null ? null : $"client in {route.Client}",
            route.User is null ? null : $"user {route.User}",
        ];
        var given = conditions.OfType<string>().ToList();
        return given.Count == 0 ? "everything" : string.Join(", ", given);
    }

    private static string Plural(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
