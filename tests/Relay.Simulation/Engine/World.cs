using System.Globalization;
using Microsoft.Extensions.Logging;
using Relay.Core;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Extensions;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;
using Relay.Simulation.Doors;
using Relay.Simulation.Model;
using Relay.Simulation.Servers;
using Relay.Simulation.Spool;

namespace Relay.Simulation.Engine;

/// <summary>Relay itself, put together as the program does it, between simulated servers and scripted clients.</summary>
internal sealed class World : IUpstreamServerFactory, IDisposable
{
    private readonly List<UpstreamServer> _created = [];
    private readonly Ledger _ledger;
    private readonly UpstreamClient _client;
    private readonly RelayOptions _options;
    private readonly Dictionary<string, SimulatedServer> _servers;
    private readonly Life _life = new();
    private readonly TimeProvider _time;
    private readonly Heartbeat _heartbeat;
    private readonly TopologyManager _topology;
    private readonly PaceReporter _pace;
    private readonly SessionRegistry _registry;
    private readonly BodyStorage _storage;
    private readonly ErrorLog _log;
    private readonly RelayMetrics _metrics = new();
    private readonly PaceAccounts _accounts;
    private readonly AttemptWatch _watch;
    private readonly IMessageSpool _spool;
    private SpoolWorker? _worker;
    private readonly ShutdownDrain _shutdown;
    private readonly ActiveHealthMonitor? _monitor;

    /// <param name="pump">The one thread.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">The seed's chance.</param>
    /// <param name="variations">What else happens.</param>
    /// <param name="ledger">The model.</param>
    /// <param name="before">The process before, which was killed: servers and disk are the same.</param>
    public World(Pump pump, VirtualTime clock, Random random, Variations variations, Ledger ledger, World? before = null)
    {
        _ledger = ledger;
        _client = variations.Client;
        _options = before?._options ?? Options(random, variations);
        _servers = before?._servers ?? new(StringComparer.Ordinal);
        Disk = before?.Disk ?? new SimulatedDisk();
        var time = new LifeTime(clock, _life, variations.Clock);
        _time = time;
        _log = new ErrorLog(ledger, _life);
        foreach (var (groupName, options) in before is null ? _options.Groups.ToArray() : [])
        {
            foreach (var (name, member) in options.Upstreams)
            {
                Add(name, groupName, member.Tier, member.Connections);
            }
        }

        ledger.Servers = before is null ? [.. _servers.Values] : ledger.Servers;
        ledger.CheckInterval = variations.Checks is null ? null : _options.Groups["default"].Health.Interval;
        // Servers that only a reload can bring in.
        var known = _options.Groups["default"].Upstreams.Count;
        for (var spare = variations.Reloads?.Next(3) ?? 0; spare > 0; spare--)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"u{known++}"), "default", 0, 0);
        }

        void Add(string name, string group, int tier, int connections) =>
            _servers.Add(
                name,
                new SimulatedServer(name, tier, connections, pump, clock, random, ledger)
                {
                    Group = group,
                    OddReplies = variations.OddReplies,
                    OffersChunking = variations.Chunking?.Next(2) == 0,
                    Account = variations.Providers?.Open(name, clock, ledger),
                    IsSteady = variations.Providers is { IsSteady: true },
                }
            );

        _accounts = variations.Providers is { } providers
            ? new PaceAccounts(
                Quotas(variations),
                time,
                new Logger<PaceAccounts>(_log),
                new DiskScheduler(pump, clock, _life, providers.Random)
            )
            : new PaceAccounts(null, time, new Logger<PaceAccounts>(_log));
        _heartbeat = new Heartbeat(time);
        _watch = new AttemptWatch(_heartbeat, time);
        _topology = new TopologyManager(_options, this, _heartbeat, _log);
        _registry = new SessionRegistry(_heartbeat);
        _storage = new BodyStorage(_options.Limits.MemoryForMessages, _options.Limits.TemporaryFolder, time);
        foreach (var group in _topology.Current.Groups.Values)
        {
            group.ServiceChanged += () => ledger.ServiceChanged(group);
        }

        var passive = new PassiveHealthTracker(new Logger<PassiveHealthTracker>(_log));
        _pace = new PaceReporter(new Logger<PaceReporter>(_log));
        _shutdown = new ShutdownDrain(_registry, _watch, time, new Logger<ShutdownDrain>(_log));
        if (variations.Checks is { } checks)
        {
            _monitor = new ActiveHealthMonitor(_topology, passive, _pace, _heartbeat, time, checks, new Logger<ActiveHealthMonitor>(_log));
            _ = _monitor.StartAsync(CancellationToken.None);
        }

        _spool = variations.Spool is { } spool
            ? new SimulatedSpool(Disk, _life, clock, spool, _storage, ledger) { IsSteady = variations.Providers is { IsSteady: true } }
            : new NoSpool();
        Reception = new SmtpService(Settings(random, passive, ledger), _registry, _log.CreateLogger("reception"));
        Door = variations.Rules is { } rules ? new FrontDoor(rules, Reception, pump, _heartbeat, new DoorBook(clock, rules, ledger)) : null;
        if (variations.Spool is not null)
        {
            Disk.Recover(time.GetUtcNow(), _options.Delivery.UncertainDelay);
            pump.Start(() => _worker!.StartAsync(CancellationToken.None), failure => ledger.Check(false, failure.ToString()));
        }
    }

    /// <summary>What outlives the process.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>kill -9: from now on nothing of it has any effect.</summary>
    public void Kill()
    {
        _ledger.Killed();
        _life.End();
        foreach (var server in _servers.Values)
        {
            server.EndOfProcess();
        }
    }

    /// <summary>The disk fails for a while.</summary>
    public void BreakDisk(TimeSpan how) => (_spool as SimulatedSpool)?.Break(how);

    public SmtpService Reception { get; }

    /// <summary>Where clients come in in place of that; null where there is none.</summary>
    public FrontDoor? Door { get; }

    public IReadOnlyCollection<SimulatedServer> Servers => _servers.Values;

    /// <summary>Sessions of clients that are open.</summary>
    public int Sessions => _registry.Count;

    /// <summary>Nobody can connect any more.</summary>
    public bool IsStopping { get; private set; }

    public UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options)
    {
        UpstreamServer? server = null;
        UpstreamOptions Current() => server?.Options ?? options;
        var sessions = new UpstreamSessionFactory(
            () => Current() with { Client = _client },
            _ => new LifeConnector(_servers[name], _life),
            _options.HostName,
            _heartbeat,
            _time
        );
        var pool = new SmtpClientPool(Current, sessions, _heartbeat, _time);
        var probe = new SmtpProbe(
            with => new UpstreamSessionFactory(
                () => with with { Client = _client },
                _ => new LifeConnector(new CheckConnector(_servers[name], _ledger), _life),
                _options.HostName,
                _heartbeat,
                _time
            ),
            _time
        );
        server = new UpstreamServer(
            new UpstreamServerParts(groupName, name, options, group.Health, pool, probe, _accounts.Of(groupName, name)),
            _time
        );
        _created.Add(server);
        return server;
    }

    /// <summary>Another configuration becomes the running one.</summary>
    public void Reload(Random random)
    {
        var names = _servers.Values.Where(static server => server.Group == "default").Select(static server => server.Name);
        var next = Topology.Change(_topology.Current.Options, names.Order(StringComparer.Ordinal), random);
        var members = next.Groups["default"].Upstreams;
        var others = _servers.Values.Where(static server => server.Group != "default");
        _ledger.Reloads([.. members.Keys.Order(StringComparer.Ordinal).Select(name => _servers[name]), .. others]);
        foreach (var (name, options) in members)
        {
            // A delivery that began under a higher bound may connect yet.
            _servers[name].Reconfigure(options.Tier, options.Connections);
        }

        _topology.Apply(next);
    }

    /// <summary>An operator changes a server, if it is in the configuration.</summary>
    public void ByHand(SimulatedServer server, Action<UpstreamServer> change)
    {
        var group = _topology.Current.Groups[server.Group];
        if (group.Members.FirstOrDefault(member => string.Equals(member.Name, server.Name, StringComparison.Ordinal)) is { } member)
        {
            change(member);
            group.Refresh();
        }
    }

    /// <summary>As at SIGTERM.</summary>
    public async Task StopAsync()
    {
        _ledger.Note("SIGTERM");
        IsStopping = true;
        await _shutdown.StoppingAsync(CancellationToken.None);
        await _shutdown.StoppedAsync(CancellationToken.None);
    }

    public async Task CloseAsync()
    {
        await (_monitor?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        if (_spool is SimulatedSpool)
        {
            await _worker!.StopAsync(CancellationToken.None);
        }

        await _topology.DisposeAsync();
    }

    /// <summary>Nothing may be left of the clients once they are gone and their messages settled.</summary>
    public void CheckQuiet(Ledger ledger)
    {
        ledger.Check(_registry.Count == 0, $"{_registry.Count} sessions are left");
        ledger.Check(Door is null or { Connections: 0 }, $"{Door?.Connections} connections are counted");
        ledger.Check(_storage.MemoryInUse == 0, $"{_storage.MemoryInUse} bytes of bodies are left");
        foreach (var member in _created)
        {
            ledger.Check(member.Load.InFlight == 0, $"{member.Name} has {member.Load.InFlight} deliveries under way");
            ledger.Check(!member.Health.IsTrialRunning, $"{member.Name} has a trial that never ended");
        }
    }

    /// <summary>
    /// Where silent servers are checked, all that work again are known to in the end. One that refuses mail that its peers take is known by mail only.
    /// </summary>
    public bool AreAllBack =>
        _monitor is null
        || _topology
            .Current.Groups.Values.SelectMany(static group => group.Members)
            .All(static member => member.IsInService || member.Health.Reason.Contains("refuses mail", StringComparison.Ordinal));

    /// <summary>Nor of connections, once the pools are closed.</summary>
    public void CheckClosed(Ledger ledger)
    {
        foreach (var member in _created)
        {
            ledger.Check(member.Pool!.Open == 0, $"the pool of {member.Name} counts {member.Pool.Open} connections");
        }

        foreach (var server in _servers.Values)
        {
            ledger.Check(server.Open == 0, $"{server.Name} has {server.Open} connections left");
        }
    }

    public void Dispose()
    {
        _monitor?.Dispose();
        Door?.Dispose();
        _registry.Dispose();
        _metrics.Dispose();
        _accounts.Dispose();
        _heartbeat.Dispose();
    }

    private SimulatedQuotas Quotas(Variations variations) =>
        new(Disk, () => _spool is SimulatedSpool { IsBroken: true }, variations.Clock is null ? "the only one" : null);

    private static RelayOptions Options(Random random, Variations variations)
    {
        if (variations.Providers?.Options is { } whole)
        {
            return whole;
        }

        var options = Topology.Create(random);
        options = variations.Spool is { } spool ? Topology.WithSpool(options, spool) : options;
        options = variations.OtherGroup is { } other ? Topology.WithOtherGroup(options, other) : options;
        options = variations.Checks is { } checks ? Topology.WithChecks(options, checks) : options;
        options = variations.Providers?.ApplyTo(options) ?? options;
        return variations.Rules?.ApplyTo(options) ?? options;
    }

    private SmtpSettings Settings(Random random, PassiveHealthTracker health, Ledger ledger)
    {
        var dispatcher = new MessageDispatcher(_topology, _heartbeat, _time, random);
        var reporter = new AttemptReporter(health, _pace, _metrics, _time, new Logger<AttemptReporter>(_log));
        var forwarder = new MessageForwarder(reporter, _watch, _time);
        var ids = new MessageIdGenerator(_time, random);
        var mailLog = new MailLog(new Logger<MailLog>(_log), _time);
        var notices = new NoticeFactory(_options, _storage, ids, _time);
        var settlements = new SettlementWriter(
            _spool,
            notices,
            _topology,
            mailLog,
            _metrics,
            random,
            _time,
            new Logger<SettlementWriter>(_log)
        );
        var runner = new SpoolRunner(_spool, dispatcher, forwarder, settlements, _time, new Logger<SpoolRunner>(_log));
        _worker = new SpoolWorker(_spool, _topology, runner, _time, new Logger<SpoolWorker>(_log));
        var acceptance = new SpoolAcceptance(_spool, _worker, settlements, dispatcher, _time, new Logger<SpoolAcceptance>(_log));
        var pipeline = new MessagePipeline(dispatcher, forwarder, acceptance, mailLog, _metrics, _time);
        return new SmtpSettings
        {
            HostName = _options.HostName,
            Listener = "smtp",
            Sink = new WatchedSink(pipeline, ledger, _life, _options.Access.Users.Count > 0),
            Limits = _options.Limits,
            Storage = _storage,
            Ids = ids,
            Time = _time,
            Extensions = StandardExtensions.Create(_options.Limits.MessageSize),
        };
    }
}
