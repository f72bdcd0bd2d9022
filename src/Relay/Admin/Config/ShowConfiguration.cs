using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Reloading;

namespace Relay.Admin.Config;

/// <summary><c>GET /api/v1/config</c>: every key in force with its source; secrets are not shown.</summary>
internal static class ShowConfiguration
{
    public static Ok<Configuration> Handle(EffectiveSettings settings) =>
        TypedResults.Ok(new Configuration(settings.Revision, settings.File, settings.All()));

    /// <param name="Revision">Counts the configurations that were applied, from 1.</param>
    /// <param name="File">Full path of the file; null when there is none.</param>
    /// <param name="Settings">In the order of the documentation.</param>
    internal sealed record Configuration(int Revision, string? File, IReadOnlyList<EffectiveSetting> Settings);
}
