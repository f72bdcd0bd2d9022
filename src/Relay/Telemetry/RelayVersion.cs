namespace Relay.Telemetry;

/// <summary>The version of the program, as metrics and traces name it.</summary>
internal static class RelayVersion
{
    public static string Text { get; } = typeof(RelayVersion).Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
