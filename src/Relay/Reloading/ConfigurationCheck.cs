using Relay.Core.Configuration;
using Relay.Core.Configuration.Reloading;
using Relay.Core.Upstreams;

namespace Relay.Reloading;

/// <summary>Says what a changed configuration file would do, without doing it: everything that is wrong with it, or how it differs from what runs.</summary>
internal sealed class ConfigurationCheck(TopologyManager topology, ConfigurationSource? source = null)
{
    /// <summary>Null where this Relay was not started from a configuration that can be read again.</summary>
    /// <param name="text">What the file would hold.</param>
    /// <param name="readsFiles">Files that it names are opened: not for those who may only look, for it tells them which files there are.</param>
    public CheckResult? Check(string text, bool readsFiles)
    {
        if (source?.Check is not { } check)
        {
            return null;
        }

        var loaded = check(text, readsFiles);
        if (loaded.Options is not { } after)
        {
            return new CheckResult(false, loaded.Errors, [], readsFiles);
        }

        var changes = ConfigurationDifference
            .Between(topology.Current.Options, after)
            .Where(change => readsFiles || !IsUnread(change.Key, after))
            .Select(static change => new CheckedChange(change.Key, change.Kind, change.Before, change.After, RestartKeys.Holds(change.Key)))
            .ToList();
        return new CheckResult(true, [], changes, readsFiles);
    }

    /// <summary>A secret whose file was not opened looks as if it had gone.</summary>
    private static bool IsUnread(string key, RelayOptions after)
    {
        var parts = key.Split(':');
        return parts switch
        {
            [_, "Admin", "Token"] => after.Admin.TokenFile is not null,
            [_, "Spool", "ConnectionString"] => after.Spool.ConnectionStringFile is not null,
            [_, "Admin", "ReadOnlyToken"] => after.Admin.ReadOnlyTokenFile is not null,
            [_, "Access", "Users", var name, "PasswordHash"] => after.Access.Users.TryGetValue(name, out var user)
                && user.PasswordHashFile is not null,
            _ => false,
        };
    }
}

/// <summary>What came of a dry run.</summary>
/// <param name="IsValid">Relay could run with it.</param>
/// <param name="Errors">Everything that is wrong.</param>
/// <param name="Changes">How it differs from what runs; empty when it does not, and when there are errors.</param>
/// <param name="AreFilesRead">Files that it names were looked at too.</param>
internal sealed record CheckResult(
    bool IsValid,
    IReadOnlyList<ConfigurationError> Errors,
    IReadOnlyList<CheckedChange> Changes,
    bool AreFilesRead
)
{
    /// <summary>Some changes need a restart, so that a reload would refuse all of it.</summary>
    public bool NeedsRestart => Changes.Any(static change => change.NeedsRestart);
}

/// <param name="Key">The full key.</param>
/// <param name="Kind">Whether it is new, gone or another value.</param>
/// <param name="Before">Null when there was none, or when it is secret.</param>
/// <param name="After">Null when there is none, or when it is secret.</param>
/// <param name="NeedsRestart">It takes effect at the next start only.</param>
internal sealed record CheckedChange(string Key, ConfigurationChangeKind Kind, string? Before, string? After, bool NeedsRestart);
