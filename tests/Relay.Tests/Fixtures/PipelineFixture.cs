using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Telemetry.Trail;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;

namespace Relay.Tests.Fixtures;

/// <summary>Everything behind reception, over in-process connections to scripted servers, on a clock that only the test moves.</summary>
internal sealed class PipelineFixture : IAsyncDisposable
{
    private readonly Dictionary<string, ScriptedUpstream> _servers = [];
    private readonly Heartbeat _heartbeat;

    private PipelineFixture(RelayOptions options, IMessageSpool? spool = null, TestClock? time = null)
    {
        Time = time ?? new TestClock();
        Options = options;
        Start = Time.GetUtcNow();
        foreach (var name in options.Groups.Values.SelectMany(group => group.Upstreams.Keys))
        {
            _servers[name] = new ScriptedUpstream();
        }

        _heartbeat = new Heartbeat(Time);
        Trail = new MessageTrail(options.Trail, Time);
        Watch = new AttemptWatch(_heartbeat, Time);
        Topology = new TopologyManager(options, new Factory(this), _heartbeat, NullLoggerFactory.Instance);
        Dispatcher = new MessageDispatcher(Topology, _heartbeat, Time, new Random(1));
        var reporter = new AttemptReporter(
            new PassiveHealthTracker(NullLogger<PassiveHealthTracker>.Instance),
            new PaceReporter(NullLogger<PaceReporter>.Instance),
            Metrics,
            Time,
            NullLogger<AttemptReporter>.Instance,
            Trail
        );
        Forwarder = new MessageForwarder(reporter, Watch, Time);
        Spool = new SpoolFixture(this, spool ?? new NoSpool());
        Pipeline = new MessagePipeline(Dispatcher, Forwarder, Spool.Acceptance, Spool.MailLog, Metrics, Time, Trail);
    }

    /// <summary>Without a spool unless the test gives one.</summary>
    public SpoolFixture Spool { get; }

    public TestClock Time { get; }

    public DateTimeOffset Start { get; }

    public RelayOptions Options { get; }

    public RelayMetrics Metrics { get; } = new();

    /// <summary>What is remembered of the messages.</summary>
    public MessageTrail Trail { get; }

    public AttemptWatch Watch { get; }

    public TopologyManager Topology { get; }

    public Heartbeat Heartbeat => _heartbeat;

    public MessageDispatcher Dispatcher { get; }

    public MessageForwarder Forwarder { get; }

    public MessagePipeline Pipeline { get; }

    public ScriptedUpstream this[string name] => _servers[name];

    /// <summary>One group of upstreams with the given names; those that begin with "backup" are backups. Failover order by name, so that tests know who is asked first.</summary>
    public static PipelineFixture Of(params string[] names) => With(names);

    public static PipelineFixture With(
        string[] names,
        Func<GroupOptions, GroupOptions>? group = null,
        Func<UpstreamOptions, UpstreamOptions>? upstream = null,
        DeliveryOptions? delivery = null
    )
    {
        var upstreams = names.ToDictionary(
            name => name,
            name =>
            {
                var options = new UpstreamOptions { Address = "unused:25", Backup = name.StartsWith("backup", StringComparison.Ordinal) };
                return upstream is null ? options : upstream(options);
            },
            StringComparer.OrdinalIgnoreCase
        );
        var options = new GroupOptions { Strategy = "Failover", Upstreams = upstreams };
        return new PipelineFixture(
            new RelayOptions
            {
                Delivery = delivery ?? new DeliveryOptions(),
                Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
                {
                    ["default"] = group is null ? options : group(options),
                },
            }
        );
    }

    public static PipelineFixture With(RelayOptions options, IMessageSpool? spool = null, TestClock? time = null) =>
        new(options, spool, time);

    /// <summary>Reloads; servers that are new get a scripted one.</summary>
    public void Apply(RelayOptions options)
    {
        foreach (var name in options.Groups.Values.SelectMany(group => group.Upstreams.Keys))
        {
            _servers.TryAdd(name, new ScriptedUpstream());
        }

        Topology.Apply(options);
    }

    public UpstreamServer Server(string name) =>
        Topology.Current.Groups.Values.SelectMany(group => group.Members).Single(member => member.Name == name);

    public ReceivedMessage Message(params string[] recipients) =>
        Some.Message(recipients: recipients.Length == 0 ? null : recipients, time: Time);

    public async Task<string> SendAsync(params string[] recipients) =>
        (await Pipeline.AcceptAsync(Message(recipients), CancellationToken.None)).ToString();

    public async ValueTask DisposeAsync()
    {
        await Topology.DisposeAsync();
        _heartbeat.Dispose();
        Metrics.Dispose();
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    private sealed class Factory(PipelineFixture fixture) : IUpstreamServerFactory
    {
        public UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options)
        {
            UpstreamServer? server = null;
            UpstreamOptions Current() => server?.Options ?? options;
            fixture._servers.TryAdd(name, new ScriptedUpstream()); // a lookup has found it
            var connector = new Connector(fixture._servers[name]);
            var sessions = new UpstreamSessionFactory(Current, _ => connector, "relay.test", fixture._heartbeat, fixture.Time);
            var pool = new SmtpClientPool(Current, sessions, fixture._heartbeat, fixture.Time);
            return server = new UpstreamServer(new UpstreamServerParts(groupName, name, options, group.Health, pool), fixture.Time);
        }
    }

    private sealed class Connector(ScriptedUpstream server) : IUpstreamConnector
    {
        public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult(server.ConnectInProcess());
    }
}
