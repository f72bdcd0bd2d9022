using Relay.Core.Configuration;
using Relay.Core.Upstreams.Agent;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Upstreams;

/// <summary>
/// One server behind Relay: long-lived, so that counters, health and connections outlast a change of configuration.
/// Two questions are asked of it. <see cref="IsInService"/> decides which tier is used and changes rarely; <see cref="HasRoom"/> is asked at
/// each pick and changes with every message.
/// </summary>
internal sealed class UpstreamServer
{
    public const int LeastWeight = 1;
    public const int MostWeight = 1000;

    private readonly TimeProvider _time;
    private volatile UpstreamOptions _options;
    private volatile UpstreamCapabilities? _capabilities;
    private volatile ReplyPatterns _replyPatterns;
    private volatile SenderFilter _senders;
    private int _learnedRecipientLimit = int.MaxValue;

    public UpstreamServer(UpstreamServerParts parts, TimeProvider time)
    {
        _time = time;
        _options = parts.Options;
        Hand = new HandSettings(time);
        Name = parts.Name;
        GroupName = parts.GroupName;
        Pool = parts.Pool;
        Health = new UpstreamHealth(HealthOf(parts.Options, parts.Health), time);
        Pace = new UpstreamPace(time, parts.Account);
        Pace.Apply(parts.Options);
        Load = new UpstreamLoad(time);
        Dots = new DotWatch(time);
        Agent = new AgentState(time);
        Probe = parts.Probe;
        _replyPatterns = ReplyPatterns.Of(parts.Options.ThrottlePatterns);
        _senders = SenderFilter.Of(parts.Options.SenderPatterns);
    }

    public string Name { get; }

    public string GroupName { get; }

    /// <summary>Its name in the configuration: members that a lookup has found for one upstream share it, so that DNS does not decide how many there are.</summary>
    public string ConfiguredName => _options.Peer?.Upstream ?? Name;

    public UpstreamOptions Options => _options;

    public int Tier => _options.Tier;

    /// <summary>What operators have set. <see cref="UpstreamGroup.Refresh"/> has to follow each change.</summary>
    public HandSettings Hand { get; }

    public UpstreamLoad Load { get; }

    public UpstreamHealth Health { get; }

    public UpstreamPace Pace { get; }

    /// <summary>What it said when it asked for fewer connections or logins.</summary>
    public string LoginWords { get; set; } = "";

    /// <summary>What its replies say about pace.</summary>
    public ReplyPatterns ReplyPatterns => _replyPatterns;

    /// <summary>Whose mail it takes.</summary>
    public SenderFilter Senders => _senders;

    /// <summary>Final dots that wait for their reply.</summary>
    public DotWatch Dots { get; }

    /// <summary>What its agent says of it.</summary>
    public AgentState Agent { get; }

    /// <summary>Checks it; null where there is nothing to check: an embedded mailbox.</summary>
    public SmtpProbe? Probe { get; }

    public CheckTimes Checks { get; } = new();

    /// <summary>Disposed by the <see cref="TopologyManager"/>. Null only in tests of what needs no connections.</summary>
    public SmtpClientPool? Pool { get; }

    /// <summary>What its last EHLO offered; null before the first.</summary>
    public UpstreamCapabilities? Capabilities
    {
        get => _capabilities;
        set => _capabilities = value;
    }

    /// <summary>Recipients in one transaction: the least of what is configured, its rates among it, what the server says (RFC 9422) and what it was seen to take.</summary>
    public int RecipientLimit =>
        Math.Min(
            Math.Min(
                Math.Min(_options.RecipientsPerMessage ?? int.MaxValue, Pace.MostRecipients),
                _capabilities?.MaximumRecipients ?? int.MaxValue
            ),
            Volatile.Read(ref _learnedRecipientLimit)
        );

    /// <summary>Scratch of the group's strategy, guarded by its lock: a server belongs to one group, and a group has one strategy.</summary>
    public double CurrentWeight { get; set; }

    /// <summary>The weight set by hand, or else the configured one.</summary>
    public int Weight => Hand.Wish.Weight is > 0 and var weight ? weight : _options.Weight;

    /// <summary>Milliseconds that a delivery takes now, as a strategy should see it; 0 when nothing is known.</summary>
    public double ReplyTimeMs => Load.ReplyTime.Now;

    /// <summary>The weight after its agent was heard. It holds longer than a slow start, so that hashing may go by it.</summary>
    public double SteadyWeight => Math.Min(Weight * Agent.Report.Share, MostWeight);

    /// <summary>The same, less while the server is led back to work.</summary>
    public double EffectiveWeight => SteadyWeight * Health.SlowStartFactor(_time.GetTimestamp());

    /// <summary>Deliveries at once: what is configured, or less if its agent says so.</summary>
    public int MostInFlight => Math.Min(_options.Connections, Agent.Report.MaximumConnections ?? int.MaxValue);

    /// <summary>An operator wants it to get no new mail. Its agent's word stands beside that: neither undoes the other.</summary>
    public bool IsDrained => Hand.Wish.IsDrained;

    /// <summary>An operator or its agent wants it to get no new mail, not even as a trial. Its health goes on beside that.</summary>
    public bool IsKeptBack => IsDrained || Agent.Report.KeepsBack;

    /// <summary>What it asked for, while that holds mail back; empty otherwise.</summary>
    private string WhyThrottled
    {
        get
        {
            if (Pace.Reason is { Length: > 0 } reason)
            {
                return reason;
            }

            var isShort = Pool is { Logins.IsInForce: true } pool && pool.Logins.IsHoldingBack;
            return isShort ? $"{LoginWords}; new connections are spaced out" : "";
        }
    }

    /// <summary>Its state in the words of the API, and why.</summary>
    public UpstreamStatus Status
    {
        get
        {
            var status = UpstreamStatus.Of(Health, WhyThrottled, Dots);
            if (Agent.Report is { KeepsBack: true } report)
            {
                status = UpstreamStatus.ByAgent(report, status);
            }

            return Hand.Wish is { IsDrained: true } wish ? UpstreamStatus.Drained(status, wish) : status;
        }
    }

    /// <summary>Healthy, not kept back, and no dot is overdue: decides which tier is used.</summary>
    public bool IsInService => Health.IsAvailable && !IsKeptBack && !Dots.IsOverdue;

    /// <summary>A free slot, and within pace for a message to one recipient: asked at the pick.</summary>
    public bool HasRoom => HasRoomFor(1);

    /// <summary>A free slot, and within pace for a message with so many recipients.</summary>
    public bool HasRoomFor(int recipients) => Load.InFlight < MostInFlightNow && Pace.HasRoom(recipients);

    /// <summary>
    /// Whether a message that holds its place for long may have one. A quarter of the places is never given to those: they would all be taken, and for seconds none
    /// would become free. Two that are picked in the same moment may both get the last one.
    /// </summary>
    public bool HasPlaceForLarge => Load.LargeInFlight < MostInFlight - (MostInFlight / 4);

    /// <summary>
    /// The first moment at which a message with so many recipients has room as far as pace is concerned, be it over a connection that stands or over a new one: in the past when it has
    /// room now, <see cref="long.MaxValue"/> for never.
    /// </summary>
    public long RoomAt(int recipients)
    {
        var at = Pace.RoomAt(recipients);
        var isLoginNeeded = Pool is { Logins.IsInForce: true } pool && Load.InFlight >= pool.Standing;
        return isLoginNeeded ? Math.Max(at, Pool!.Logins.NextAt()) : at;
    }

    /// <summary>0 to 1: the share of its connections or of its pace that is in use, whichever is more.</summary>
    public double ShareInUse => Math.Max((double)Load.InFlight / MostInFlight, Pace.ShareInUse);

    /// <summary>While the server wants fewer logins: as many deliveries as connections stand, and one more where a login is due.</summary>
    private int MostInFlightNow =>
        Pool is { Logins.IsInForce: true } pool
            ? Math.Min(MostInFlight, pool.Standing + (pool.Logins.Wait() == TimeSpan.Zero ? 1 : 0))
            : MostInFlight;

    /// <summary>
    /// Takes a slot and what the message needs of the pace; the lease gives both back. A drain that came since the server was chosen is heeded: once it is seen drained and without work, which is when
    /// an operator switches it off, it gets no more.
    /// </summary>
    /// <param name="recipients">That the message has for it.</param>
    /// <param name="hold">What it holds of the pace; null without a limit.</param>
    public bool TryReserve(int recipients, out PaceHold? hold)
    {
        hold = null;
        if (!Load.TryReserve(MostInFlightNow))
        {
            return false;
        }

        if (!IsKeptBack && Pace.TryTake(recipients, out hold))
        {
            return true;
        }

        Load.Release();
        return false;
    }

    /// <summary>
    /// Takes over a changed configuration; counters and connections stay. A weight set by hand holds until the configured one changes. What was
    /// learned of the server is forgotten when another one stands behind its name now, or the same one under other conditions.
    /// </summary>
    public void Apply(UpstreamOptions options, HealthOptions health)
    {
        var before = _options;
        _options = options;
        Health.Apply(HealthOf(options, health));
        Pace.Apply(options);
        _replyPatterns = ReplyPatterns.Of(options.ThrottlePatterns);
        _senders = SenderFilter.Of(options.SenderPatterns);
        if (options.Weight != before.Weight)
        {
            Hand.ForgetWeight();
        }

        if (!string.Equals(options.Agent, before.Agent, StringComparison.Ordinal))
        {
            Agent.Forget();
        }

        if (!options.ReachSamePeerAs(before))
        {
            Agent.Forget();
            _capabilities = null;
            Volatile.Write(ref _learnedRecipientLimit, int.MaxValue);
            Health.Reset();
            Pace.Reset();
            Pool?.Logins.Reset();
        }
    }

    /// <summary>It was taken out of the configuration: its idle connections are closed, deliveries that are under way finish.</summary>
    public void Retire() => Pool?.Retire();

    /// <summary>It is in the configuration again, before its last delivery has finished: it keeps its place in the limits, but nothing that was set by hand or said by an agent.</summary>
    public void Revive()
    {
        Pool?.Revive();
        Hand.Clear();
        Agent.Forget();
    }

    /// <summary>It answered 452 4.5.3 after this many recipients.</summary>
    public void LearnRecipientLimit(int accepted) => Volatile.Write(ref _learnedRecipientLimit, accepted);

    /// <summary>No new mail; deliveries under way finish. <see cref="UpstreamGroup.Refresh"/> has to follow, as after each change by hand.</summary>
    public void Drain() => Hand.Drain();

    /// <summary>Ends <see cref="Drain"/>.</summary>
    public void Resume() => Hand.Resume();

    /// <summary>Overrides the configured weight until that changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between <see cref="LeastWeight"/> and <see cref="MostWeight"/>.</exception>
    public void SetWeight(int weight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, LeastWeight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, MostWeight);
        Hand.Weigh(weight);
    }

    /// <summary>A provider does not like to be connected to for nothing: no checks of one that says so.</summary>
    private static HealthOptions HealthOf(UpstreamOptions options, HealthOptions group) =>
        options.ActiveChecks ? group : group with { Interval = TimeSpan.Zero };

    public override string ToString() => $"{GroupName}/{Name}";
}

/// <summary>What an <see cref="UpstreamServer"/> is made of.</summary>
internal sealed record UpstreamServerParts(
    string GroupName,
    string Name,
    UpstreamOptions Options,
    HealthOptions Health,
    SmtpClientPool? Pool,
    SmtpProbe? Probe = null,
    PaceAccount? Account = null
);
