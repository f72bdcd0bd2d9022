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
        PatternSyntax.Check(route.From, scope.At(nameof(route.From)));
        PatternSyntax.Check(route.To, scope.At(nameof(route.To)));
        CheckReference(route.Group, options.Groups.Keys, "group", scope.At(nameof(route.Group)));
        if (route.GiveUpAfter is { } life)
        {
            scope.At(nameof(route.GiveUpAfter)).Between(life, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        }

        if (route.Listener is { } listener)
        {
            var names = string.IsNullOrEmpty(options.Pickup.Path)
                ? options.Listeners.Keys
                : options.Listeners.Keys.Append(PickupValidation.PickupListener);
            CheckReference(listener, names, "listener", scope.At(nameof(route.Listener)));
        }

        if (route.Client is { } client)
        {
            NetworkSyntax.Check(client, scope.At(nameof(route.Client)));
        }

        if (route.User is { } user)
        {
            CheckReference(user, options.Access.Users.Keys, "user", scope.At(nameof(route.User)));
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
}
