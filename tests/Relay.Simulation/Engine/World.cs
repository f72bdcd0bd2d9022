using System.Globalization;
using Microsoft.Extensions.Logging;
using Relay.Core;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Extensions;
using Relay.Core.Telemetry;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Connections.MailKit;
using Relay.Core.Upstreams.Health;
using Relay.Simulation.Model;
using Relay.Simulation.Servers;

namespace Relay.Simulation.Engine;

/// <summary>Relay itself, put together as the program does it, between simulated servers and scripted clients.</summary>
internal sealed class World : IUpstreamServerFactory, IDisposable
{
    private readonly List<UpstreamServer> _created = [];
    private readonly Ledger _ledger;
    private readonly RelayOptions _options;
    private readonly Dictionary<string, SimulatedServer> _servers;
    private readonly VirtualTime _time;
    private readonly Heartbeat _heartbeat;
    private readonly TopologyManager _topology;
    private readonly SessionRegistry _registry;
    private readonly BodyStorage _storage;
    private readonly ErrorLog _log;
    private readonly RelayMetrics _metrics = new();

    /// <param name="pump">The one thread.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The seed's chance.</param>
    /// <param name="spare">Servers that only a reload can bring in.</param>
    /// <param name="ledger">The model.</param>
    public World(Pump pump, VirtualTime time, Random random, int spare, Ledger ledger)
    {
        _ledger = ledger;
        _options = Topology.Create(random);
        _time = time;
        _log = new ErrorLog(ledger);
        var members = _options.Groups["default"].Upstreams;
        _servers = members.ToDictionary(
            member => member.Key,
            member => new SimulatedServer(member.Key, member.Value.Tier, member.Value.Connections, pump, time, random, ledger),
            StringComparer.Ordinal
        );
        for (var number = 0; number < spare; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"u{members.Count + number}");
            _servers.Add(name, new SimulatedServer(name, 0, 0, pump, time, random, ledger));
        }

        ledger.Servers = [.. members.Keys.Select(name => _servers[name])];
        _heartbeat = new Heartbeat(time);
        _topology = new TopologyManager(_options, this, _heartbeat, _log);
        _registry = new SessionRegistry(_heartbeat);
        _storage = new BodyStorage(_options.Limits.MemoryForMessages, _options.Limits.TemporaryFolder, time);
        var group = _topology.Current.Groups["default"];
        group.ServiceChanged += () => ledger.ServiceChanged(group);
        Reception = new SmtpService(Settings(random, ledger), _registry, _log.CreateLogger("reception"));
    }

    public SmtpService Reception { get; }

    public IReadOnlyCollection<SimulatedServer> Servers => _servers.Values;

    public UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options)
    {
        UpstreamServer? server = null;
        UpstreamOptions Current() => server?.Options ?? options;
        var sessions = new MailKitSessionFactory(Current, _ => _servers[name], _options.HostName, _heartbeat, _time);
        var pool = new SmtpClientPool(Current, sessions, _heartbeat, _time);
        server = new UpstreamServer(new UpstreamServerParts(groupName, name, options, group.Health, pool), _time);
        _created.Add(server);
        return server;
    }

    /// <summary>Another configuration becomes the running one.</summary>
    public void Reload(Random random)
    {
        var next = Topology.Change(_topology.Current.Options, _servers.Keys.Order(StringComparer.Ordinal), random);
        var members = next.Groups["default"].Upstreams;
        _ledger.Reloads([.. members.Keys.Order(StringComparer.Ordinal).Select(name => _servers[name])]);
        foreach (var (name, options) in members)
        {
            // A delivery that began under a higher bound may connect yet.
            _servers[name].Reconfigure(options.Tier, options.Connections);
        }

        _topology.Apply(next);
    }

    public Task CloseAsync() => _topology.DisposeAsync().AsTask();

    /// <summary>Nothing may be left of the clients once they are gone and their messages settled.</summary>
    public void CheckQuiet(Ledger ledger)
    {
        ledger.Check(_registry.Count == 0, $"{_registry.Count} sessions are left");
        ledger.Check(_storage.MemoryInUse == 0, $"{_storage.MemoryInUse} bytes of bodies are left");
        foreach (var member in _created)
        {
            ledger.Check(member.Load.InFlight == 0, $"{member.Name} has {member.Load.InFlight} deliveries under way");
            ledger.Check(!member.Health.IsTrialRunning, $"{member.Name} has a trial that never ended");
        }
    }

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
        _registry.Dispose();
        _metrics.Dispose();
        _heartbeat.Dispose();
    }

    private SmtpSettings Settings(Random random, Ledger ledger)
    {
        var dispatcher = new MessageDispatcher(_topology, _heartbeat, _time, random);
        var health = new PassiveHealthTracker(new Logger<PassiveHealthTracker>(_log));
        var reporter = new AttemptReporter(health, _metrics, _time, new Logger<AttemptReporter>(_log));
        var forwarder = new MessageForwarder(reporter, new GiveUpSignal(), _time);
        var pipeline = new MessagePipeline(dispatcher, forwarder, new MailLog(new Logger<MailLog>(_log), _time), _metrics);
        return new SmtpSettings
        {
            HostName = _options.HostName,
            Listener = "smtp",
            Sink = new WatchedSink(pipeline, ledger),
            Limits = _options.Limits,
            Storage = _storage,
            Ids = new MessageIdGenerator(_time, random),
            Time = _time,
            Extensions = StandardExtensions.Create(_options.Limits.MessageSize),
        };
    }
}
