using NLog;
using NLog.Config;
using NLog.Targets.Wrappers;
using Relay.Core.Configuration;
using LogLevel = NLog.LogLevel;

namespace Relay.Logging;

/// <summary>
/// The log behind <c>Microsoft.Extensions.Logging</c>: nlog.config beside the program, or the one within it, says how lines look, the configuration which of
/// its targets writes and from which level on. A factory of its own, so that two hosts in one process do not share a log.
/// </summary>
internal sealed class RelayLog : IDisposable
{
    private const string FileName = "nlog.config";

    private long _discarded;

    private RelayLog(LogFactory factory)
    {
        Factory = factory;
        foreach (var target in factory.Configuration?.AllTargets.OfType<AsyncTargetWrapper>() ?? [])
        {
            target.LogEventDropped += (_, _) => Interlocked.Increment(ref _discarded);
        }
    }

    public LogFactory Factory { get; }

    /// <summary>Lines that found the queue full, since this was asked last.</summary>
    public long TakeDiscarded() => Interlocked.Exchange(ref _discarded, 0);

    public static RelayLog Create(LogOptions options)
    {
        var factory = new LogFactory { ThrowConfigExceptions = true };
        var configuration = Read(Path.Combine(AppContext.BaseDirectory, FileName), factory);
        configuration.Variables[Target(options.Format) + "Level"] = Level(options.Level).Name;
        factory.Configuration = configuration;
        return new RelayLog(factory);
    }

    public static Microsoft.Extensions.Logging.LogLevel MinimumLevel(LogVerbosity verbosity) =>
        Enum.Parse<Microsoft.Extensions.Logging.LogLevel>(verbosity.ToString());

    /// <summary>Writes what is still in the queue.</summary>
    public void Dispose() => Factory.Dispose();

    // A program that was copied alone to another folder is to run as well.
    private static XmlLoggingConfiguration Read(string path, LogFactory factory)
    {
        if (File.Exists(path))
        {
            return new XmlLoggingConfiguration(path, factory);
        }

        using var embedded = typeof(RelayLog).Assembly.GetManifestResourceStream(FileName)!;
        using var reader = new StreamReader(embedded);
        return new XmlLoggingConfiguration(reader, filePath: null, factory);
    }

    /// <summary>Colours are for people at a terminal; they and their single writes would only be in the way of a file or a collector.</summary>
    private static string Target(LogFormat format) =>
        format == LogFormat.Json ? "json"
        : Console.IsOutputRedirected ? "text"
        : "colour";

    private static LogLevel Level(LogVerbosity verbosity) =>
        verbosity switch
        {
            LogVerbosity.Trace => LogLevel.Trace,
            LogVerbosity.Debug => LogLevel.Debug,
            LogVerbosity.Information => LogLevel.Info,
            LogVerbosity.Warning => LogLevel.Warn,
            _ => LogLevel.Error,
        };
}
