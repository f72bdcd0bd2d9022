using System.Text.Json;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Load;

/// <summary>Runs the load client as a process of its own, so that its work and its pauses are not those of the harness.</summary>
internal static class LoadProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="MeasurementException">A message was refused, or a connection lost.</exception>
    public static async Task<LoadReport> RunAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        var output = await Tool.RunAsync(
            ["dotnet", typeof(LoadProcess).Assembly.Location, "load", .. Arguments(plan)],
            Patience,
            cancellationToken
        );
        return JsonSerializer.Deserialize<LoadReport>(output) ?? throw new MeasurementException("The load client reported nothing.");
    }

    /// <summary>The plan as <see cref="LoadCommand"/> reads it.</summary>
    public static string[] Arguments(LoadPlan plan)
    {
        string[] open = plan.KeepOpen ? ["--keep-open"] : [];
        string[] secure = plan.Secure ? ["--secure"] : [];
        return
        [
            .. open,
            .. secure,
            .. new[] { "--port", Invariant($"{plan.Port}"), "--sessions", Invariant($"{plan.Sessions}") },
            .. new[] { "--messages", Invariant($"{plan.Messages}"), "--warm-up", Invariant($"{plan.WarmUp}") },
            .. new[] { "--size", Invariant($"{plan.Size}") },
        ];
    }
}
