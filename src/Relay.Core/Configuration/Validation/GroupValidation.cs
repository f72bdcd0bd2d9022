using System.Globalization;
using Relay.Core.Configuration.Loading;

namespace Relay.Core.Configuration.Validation;

/// <summary>Groups whose members can stand in for one another.</summary>
internal static class GroupValidation
{
    public static void Check(IReadOnlyDictionary<string, GroupOptions> groups, IReadOnlyCollection<string> strategies, KeyScope scope)
    {
        scope.ReportIf(groups.Count == 0, "at least one group is needed");
        foreach (var (name, group) in groups)
        {
            scope.At(name).IsName(name);
            CheckStrategy(group.Strategy, strategies, scope.At(name).At(nameof(group.Strategy)));
            CheckMembers(group, scope.At(name).At(nameof(group.Upstreams)));
            scope
                .At(name)
                .At(nameof(group.SpillAt))
                .ReportIf(
                    group.SpillAt is < 0.01 or > 1,
                    string.Create(CultureInfo.InvariantCulture, $"{group.SpillAt} is not between 0.01 and 1")
                );
            HealthValidation.Check(group.Health, scope.At(name).At(nameof(group.Health)));
        }
    }

    private static void CheckStrategy(string strategy, IReadOnlyCollection<string> known, KeyScope scope) =>
        scope.ReportIf(
            !known.Contains(strategy, StringComparer.OrdinalIgnoreCase),
            $"\"{strategy}\" is not one of {string.Join(", ", known)}{NameSuggestion.For(strategy, known)}"
        );

    private static void CheckMembers(GroupOptions group, KeyScope scope)
    {
        var upstreams = group.Upstreams;
        scope.ReportIf(upstreams.Count == 0, "at least one upstream is needed");
        scope.ReportIf(
            upstreams.Values.Select(upstream => upstream.Kind).Distinct().Count() > 1,
            "mixes Capture and Smtp upstreams, and the mailboxes would swallow mail meant for the servers; "
                + "to be rid of the shipped mailboxes, name a configuration file of your own with --config"
        );
        foreach (var (name, upstream) in upstreams)
        {
            scope.At(name).IsName(name);
            UpstreamValidation.Check(upstream, scope.At(name));
            DiscoveryValidation.Check(upstream, scope.At(name));
            AgentValidation.Check(upstream, group.Health, scope.At(name));
        }
    }
}
