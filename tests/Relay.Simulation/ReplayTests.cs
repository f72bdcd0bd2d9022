using Relay.Simulation.Engine;
using Relay.TestKit.Processes;

namespace Relay.Simulation;

/// <summary>A seed that fails somewhere must fail for whoever looks into it: on another thread, in another process, on a machine of another size.</summary>
public sealed class ReplayTests
{
    /// <summary>Names the file that the traces are to be written to.</summary>
    private const string Variable = "RELAY_SIMULATION_TRACE";

    private const int Seeds = 60;

    [Test]
    public void On_another_thread()
    {
        for (var seed = 1; seed <= Seeds / 3; seed++)
        {
            var once = Schedule.Run(seed).Ledger.Trace;
            List<string> again = [];
            var elsewhere = new Thread(() => again = Schedule.Run(seed).Ledger.Trace);
            elsewhere.Start();
            elsewhere.Join();
            Assert.That(again, Is.EqualTo(once), $"seed {seed}");
        }
    }

    [Test]
    public async Task In_another_process_that_sees_another_machine()
    {
        var file = Path.Combine(Path.GetTempPath(), $"relay-traces-{Environment.ProcessId}.txt");
        try
        {
            // Strings hash differently in each process; processors, pages and the garbage collector are those of a small machine.
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Variable] = file,
                ["DOTNET_PROCESSOR_COUNT"] = "1",
                ["DOTNET_GCHeapHardLimit"] = "0x10000000",
                ["DOTNET_TieredCompilation"] = "0",
                ["LANG"] = "tr_TR.UTF-8",
                ["TZ"] = "Asia/Kathmandu",
            };
            var assembly = typeof(ReplayTests).Assembly.Location;
            string[] arguments = ["test", assembly, "--filter", $"Name={nameof(Traces_are_written)}"];
            var other = await ProcessRunner.RunAsync("dotnet", arguments, TimeSpan.FromMinutes(2), environment: environment);
            Assert.That(other.ExitCode, Is.Zero, other.Output);

            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(Traces()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The other process of the test above; on its own it only shows that there are traces.</summary>
    [Test]
    public void Traces_are_written()
    {
        var traces = Traces();
        Assert.That(traces, Does.Contain("is answered 250"));
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            File.WriteAllText(file, traces);
        }
    }

    private static string Traces() =>
        string.Join('\n', Enumerable.Range(1, Seeds).SelectMany(static seed => Schedule.Run(seed).Ledger.Trace.Prepend($"seed {seed}")));
}
