namespace Relay.Benchmarks.Options;

/// <summary>How much load there is.</summary>
/// <param name="Run">How long a run should take.</param>
/// <param name="WarmUp">How long each is loaded before it is measured.</param>
/// <param name="Messages">So many in each run, whatever time that takes; null for what fills <paramref name="Run"/>.</param>
internal sealed record LoadTimes(TimeSpan Run, TimeSpan WarmUp, int? Messages);
