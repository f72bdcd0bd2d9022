using System.Globalization;
using Relay.Simulation.Model;

namespace Relay.Simulation.Day;

/// <summary>What became of a day.</summary>
internal sealed record DayResult(DayPlan Plan, DayRecorder Recorder, Ledger Ledger, int Answered, int SentAgain)
{
    private const int TraceLines = 60;

    /// <summary>Before which no schedule can have ended.</summary>
    public TimeSpan Bound { get; } = Optimum.Bound(Plan);

    /// <summary>From the moment at which there was more than could go until nothing was left, as a part of the least that this can take.</summary>
    public double Makespan => (Recorder.LastAt - Plan.BusyFrom) / (Bound - Plan.BusyFrom);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Plan.Arrivals.Count} messages, the last one at {Recorder.LastAt:dd\\.hh\\:mm\\:ss} and not before {Bound:dd\\.hh\\:mm\\:ss} at best: {100 * (Makespan - 1):F2} % longer; {SentAgain} sent again by applications, {Ledger.PutOffs} put off, {Ledger.Doubled} taken twice; "
        )
        + string.Join(
            ", ",
            Plan.Accounts.Select(account => $"{account.Name} {Recorder.SentBy(account.Name)} (put off {Recorder.PutOffBy(account.Name)})")
        )
        + (
            Ledger.Violations.Count == 0
                ? ""
                : $"\nbreaks {string.Join("; ", Ledger.Violations)}\n{string.Join('\n', Ledger.Trace.TakeLast(TraceLines))}"
        );
}
