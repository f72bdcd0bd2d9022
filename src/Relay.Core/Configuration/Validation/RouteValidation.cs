namespace Relay.Core.Configuration.Validation;

/// <summary>Routes that name what exists, and a group for every message.</summary>
internal static class RouteValidation
{
    private const string DefaultGroup = "default";

    public static void Check(RelayOptions options, KeyScope scope)
    {
        var needsRoutes = options.Groups.Count > 1 && !options.Groups.ContainsKey(DefaultGroup);
        scope.ReportIf(
            options.Routes.Count == 0 && needsRoutes,
            $"are missing: there are several groups and none is named \"{DefaultGroup}\""
        );
        for (var index = 0; index < options.Routes.Count; index++)
        {
            CheckRoute(options.Routes[index], options, scope.At(index));
        }
    }

    private static void CheckRoute(RouteOptions route, RelayOptions options, KeyScope scope)
    {
        CheckPattern(route.From, scope.At(nameof(route.From)));
        CheckPattern(route.To, scope.At(nameof(route.To)));
        CheckReference(route.Group, options.Groups.Keys, "group", scope.At(nameof(route.Group)));
        if (route.Listener is { } listener)
        {
            CheckReference(listener, options.Listeners.Keys, "listener", scope.At(nameof(route.Listener)));
        }

        if (route.Client is { } client)
        {
            NetworkSyntax.Check(client, scope.At(nameof(route.Client)));
        }
    }

    private static void CheckReference(string name, IEnumerable<string> known, string what, KeyScope scope)
    {
        if (name.Length == 0)
        {
            scope.Report("is missing");
            return;
        }

        var names = known.ToList();
        scope.ReportIf(
            !names.Contains(name, StringComparer.OrdinalIgnoreCase),
            $"there is no {what} \"{name}\"{Loading.NameSuggestion.For(name, names)}"
        );
    }

    private static void CheckPattern(string? pattern, KeyScope scope) =>
        scope.ReportIf(
            pattern is not null && !IsPattern(pattern),
            $"\"{pattern}\" is not a pattern: write user@example.com, *@example.com, *@*.example.com or <> for the null sender"
        );

    /// <summary>A star stands for a whole local part, a whole domain, or the labels in front of a domain.</summary>
    private static bool IsPattern(string pattern)
    {
        if (pattern is "<>")
        {
            return true;
        }

        var at = pattern.LastIndexOf('@');
        if (at <= 0 || pattern.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            return false;
        }

        var localPart = pattern[..at];
        var domain = pattern[(at + 1)..];
        var rest = domain.StartsWith("*.", StringComparison.Ordinal) ? domain[2..] : domain;
        return (localPart is "*" || !localPart.Contains('*', StringComparison.Ordinal))
            && (domain is "*" || (rest.Length > 0 && !rest.Contains('*', StringComparison.Ordinal)));
    }
}
