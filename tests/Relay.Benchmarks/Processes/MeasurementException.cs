namespace Relay.Benchmarks.Processes;

/// <summary>Something that makes figures impossible or meaningless; its text is for the user.</summary>
internal sealed class MeasurementException(string message) : Exception(message);
