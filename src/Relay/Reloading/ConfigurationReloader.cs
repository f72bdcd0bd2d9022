using Relay.Core.Configuration;
using Relay.Core.Configuration.Reloading;
using Relay.Core.Reception.Tls;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;

namespace Relay.Reloading;

/// <summary>
/// Reads the configuration again and makes it the running one if it is valid. All or nothing: what is wrong, or needs a restart, changes nothing.
/// One reload at a time.
/// </summary>
internal sealed partial class ConfigurationReloader(
    ConfigurationSource source,
    TopologyManager topology,
    KestrelListeners listeners,
    ServerCertificates certificates,
    RelayMetrics metrics,
    ILogger<ConfigurationReloader> logger
)
{
    private readonly Lock _lock = new();

    /// <param name="cause">Who asks, for the log: <c>SIGHUP</c>, <c>the file changed</c>.</param>
    public ReloadResult Reload(string cause)
    {
        lock (_lock)
        {
            var result = Read();
            Report(cause, result);
            metrics.Reloaded(isRefused: !result.Applied);
            return result;
        }
    }

    private ReloadResult Read()
    {
        var before = topology.Current.Options;
        var loaded = source.Load();
        if (loaded.Options is not { } after)
        {
            return Refused([], loaded.Errors);
        }

        var changes = ConfigurationDifference.Between(before, after);
        var errors = RestartKeys.Refuse(changes);
        if (errors.Count > 0)
        {
            return Refused(changes, errors);
        }

        certificates.Apply(after); // their files may have changed, whatever the configuration says
        if (changes.Count > 0)
        {
            Apply(after);
        }

        source.Origins = loaded.Origins;

        return new ReloadResult(true, topology.Current.Revision, changes, []);
    }

    private ReloadResult Refused(IReadOnlyList<ConfigurationChange> changes, IReadOnlyList<ConfigurationError> errors) =>
        new(false, topology.Current.Revision, changes, errors);

    private void Apply(RelayOptions options)
    {
        topology.Apply(options);
        listeners.Apply(options);
    }

    private void Report(string cause, ReloadResult result)
    {
        if (!result.Applied)
        {
            LogRefused(cause, source.File, string.Join("; ", result.Errors));
        }
        else if (result.Changes.Count == 0)
        {
            LogUnchanged(cause);
        }
        else
        {
            LogApplied(cause, result.Revision, string.Join("; ", result.Changes));
        }
    }

    [LoggerMessage(
        920,
        LogLevel.Information,
        "Configuration reloaded ({Cause}), revision {Revision}: {Changes}",
        EventName = "ConfigurationReloaded"
    )]
    private partial void LogApplied(string cause, int revision, string changes);

    [LoggerMessage(
        921,
        LogLevel.Information,
        "Configuration read again ({Cause}): nothing has changed",
        EventName = "ConfigurationUnchanged"
    )]
    private partial void LogUnchanged(string cause);

    [LoggerMessage(
        922,
        LogLevel.Error,
        "Configuration not reloaded ({Cause}), the running one stays. In {File}: {Errors}",
        EventName = "ConfigurationRefused"
    )]
    private partial void LogRefused(string cause, string? file, string errors);
}
