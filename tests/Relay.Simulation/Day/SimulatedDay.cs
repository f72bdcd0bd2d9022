using Relay.Core.Configuration;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Day;

/// <summary>A day lived through from midnight to the last message: the real code between applications that have more than can go and accounts with limits.</summary>
internal sealed class SimulatedDay : IDisposable
{
    /// <summary>A schedule in which nothing else happens, and Relay's own client is used.</summary>
    private const int Seed = 24;

    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromDays(3);
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(5);

    private readonly DayPlan _plan;
    private readonly Random _random = new(Seed);
    private readonly VirtualTime _time = new();
    private readonly Pump _pump;
    private readonly Ledger _ledger;
    private readonly DayRecorder _recorder;
    private readonly Variations _variations;
    private readonly DayApplication _application;
    private World _world;

    private SimulatedDay(DayPlan plan)
    {
        _plan = plan;
        _pump = new Pump(_time, _random);
        _recorder = new DayRecorder(plan, _time);
        var options = OptionsOf(plan);
        _ledger = new Ledger(_time) { TraceLimit = 2000, UncertainDelay = options.Delivery.UncertainDelay };
        _variations = new Variations(Seed)
        {
            Spool = new Random(Seed),
            Providers = new ProviderRules(new Random(Seed))
            {
                Options = options,
                Terms = plan.Accounts.ToDictionary(static account => account.Name, static account => account.Terms, StringComparer.Ordinal),
                IsSteady = true,
                Counts = _recorder.Counted,
                PutsOff = _recorder.PutOff,
            },
        };
        _world = new World(_pump, _time, _random, _variations, _ledger);
        _application = new DayApplication(() => _world, _time, _pump, _ledger);
    }

    public static DayResult Run(DayPlan plan)
    {
        using var day = new SimulatedDay(plan);
        day.Live();
        day._ledger.Check(day._pump.Foreign == 0, $"{day._pump.Foreign} calls came from other threads {day._pump.FirstForeign}");
        return new DayResult(plan, day._recorder, day._ledger, day._application.Answered, day._application.Unanswered);
    }

    public void Dispose() => _world.Dispose();

    private static RelayOptions OptionsOf(DayPlan plan) =>
        new()
        {
            HostName = "relay.test",
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new GroupOptions
                {
                    Upstreams = plan.Accounts.ToDictionary(
                        static account => account.Name,
                        static account => account.Options,
                        StringComparer.OrdinalIgnoreCase
                    ),
                },
            },
        };

    private void Live()
    {
        PlanArrival(0);
        PlanSample(TimeSpan.Zero);
        PlanTrouble();
        var isOver = _pump.Run(() => IsBroken || (_application.Answered == _plan.Arrivals.Count && _world.Disk.Count == 0), Patience);
        _ledger.Check(isOver || IsBroken, $"{_application.Answered} are answered, and {_world.Disk.Count} are never delivered");
        if (!IsBroken)
        {
            _ledger.CheckKept();
            _pump.Run(() => IsBroken, _time.Now + Aftermath);
            _world.CheckQuiet(_ledger);
        }
    }

    private bool IsBroken => _ledger.Violations.Count > 0;

    private void PlanArrival(int number)
    {
        if (number < _plan.Arrivals.Count)
        {
            _time.At(_plan.Arrivals[number], () => Arrive(number));
        }
    }

    private void Arrive(int number)
    {
        _application.Have(number);
        PlanArrival(number + 1);
    }

    private void PlanSample(TimeSpan at) =>
        _time.At(
            at,
            () =>
            {
                _recorder.Spooled(_world.Disk.Count);
                if (at < _plan.Length)
                {
                    PlanSample(at + (_plan.Length / DayRecorder.Parts));
                }
            }
        );

    private void PlanTrouble()
    {
        foreach (var account in _plan.Accounts)
        {
            if (account.Outage is { } outage)
            {
                _world.Servers.Single(server => server.Name == account.Name).BeAway(outage.From, outage.Until);
            }
        }

        if (_plan.KilledAt is { } moment)
        {
            _time.At(moment, Kill);
        }
    }

    private void Kill()
    {
        _world.Kill();
        _application.Break();
        _time.After(
            Restart,
            () =>
            {
                _world = new World(_pump, _time, _random, _variations, _ledger, _world);
                _application.Resume();
            }
        );
    }
}
