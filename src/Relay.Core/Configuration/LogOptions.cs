namespace Relay.Core.Configuration;

/// <summary>What is logged to standard output, and how.</summary>
public sealed record LogOptions
{
    /// <summary>Lines for people, or one JSON object a line for collectors. Default: <see cref="LogFormat.Text"/>.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>Least severe level that is logged. Default: <see cref="LogVerbosity.Information"/>.</summary>
    public LogVerbosity Level { get; init; } = LogVerbosity.Information;
}

public enum LogFormat
{
    Text,
    Json,
}

/// <summary>The levels of Microsoft.Extensions.Logging, under a name of our own so that the options depend on nothing.</summary>
public enum LogVerbosity
{
    Trace,
    Debug,
    Information,
    Warning,
    Error,
}
