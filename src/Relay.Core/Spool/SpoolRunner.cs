using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Telemetry;

namespace Relay.Core.Spool;

/// <summary>One run of one lease: where it goes by the routes of now, an attempt at one upstream after the other, and what came of it written down.</summary>
internal sealed partial class SpoolRunner(
    IMessageSpool spool,
    MessageDispatcher dispatcher,
    MessageForwarder forwarder,
    SettlementWriter settlements,
    TimeProvider time,
    ILogger<SpoolRunner> logger
)
{
    /// <summary>How long a run waits for room at an upstream.</summary>
    public static readonly TimeSpan RoomPatience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DefectPause = TimeSpan.FromMinutes(5);

    /// <param name="lease">Ends with the run.</param>
    /// <param name="body">The bytes if they are in memory; a reference is held by the caller.</param>
    /// <param name="isFresh">It was stored a moment ago, and need not let others go first.</param>
    /// <param name="stopping">The process ends: attempts whose final dot is not out are dropped.</param>
    /// <param name="first">The upstream that the row names already; given back here if it is not used.</param>
    public async Task RunAsync(SpoolLease lease, MessageBody? body, bool isFresh, CancellationToken stopping, UpstreamLease? first = null)
    {
        var opened = body;
        var run = new RunRecord(lease, first?.Server.Name);
        try
        {
            if (await DecideAsync(lease, stopping))
            {
                opened ??= await spool.OpenBodyAsync(lease.Delivery.Message, CancellationToken.None);
                await DeliverAsync(run, opened, isFresh, first, stopping);
            }
        }
        catch (LeaseLostException lost)
        {
            LogLost(lease.Delivery.Message.Id, lost.Message);
        }
        catch (BodyLostException lost)
        {
            // Where the lease is another's now, so was the body: it has delivered the message, and nothing is lost.
            var held = lease.Delivery.Part.Unsent with
            {
                State = SpoolState.Held,
                Reason = lost.Message,
            };
            if (await TryGiveBackAsync(lease, held, TimeSpan.Zero, stopping))
            {
                LogBodyLost(lease.Delivery.Message.Id, lost.Message);
            }
        }
        catch (SpoolUnavailableException failure)
        {
            LogFailed(lease.Delivery.Message.Id, failure.Message);
            await TryGiveBackAsync(lease, lease.Delivery.Part.Unsent with { Reason = failure.Message }, RoomPatience, stopping);
        }
        catch (Exception defect)
        {
            LogDefect(defect, lease.Delivery.Message.Id);
            await TryGiveBackAsync(run.Lease, AfterDefect(run.Lease.Delivery.Part, run.Upstream), DefectPause, stopping);
        }
        finally
        {
            first?.Dispose(); // nothing happens where an attempt has had it
            if (body is null)
            {
                opened?.Release();
            }
        }
    }

    /// <summary>Settles what needs no attempt: another group, no group, an uncertain one that nobody wants sent again. True when an attempt is due.</summary>
    private async Task<bool> DecideAsync(SpoolLease lease, CancellationToken stopping)
    {
        var (part, table, now) = (lease.Delivery.Part, dispatcher.Table, time.GetUtcNow());
        if (part.State == SpoolState.Uncertain && table.Topology.Options.Delivery.Uncertain != UncertainHandling.Retry)
        {
            var left = settlements.Planner.Uncertain(part, part.Upstream, now);
            await settlements.WriteAsync(lease, new Settlement { Remaining = left is null ? [] : [left] }, stopping);
            return false;
        }

        if (part.Group.Length > 0 && table.Topology.Groups.ContainsKey(part.Group))
        {
            return true;
        }

        var parts = SpoolRouting.Split(table, lease.Delivery.Message, part, now);
        await settlements.WriteAsync(lease, new Settlement { Remaining = parts }, stopping);
        return false;
    }

    private async Task DeliverAsync(RunRecord run, MessageBody body, bool isFresh, UpstreamLease? first, CancellationToken stopping)
    {
        var (delivery, table) = (run.Lease.Delivery, dispatcher.Table);
        var part = delivery.Part;
        var envelope = delivery.Message.Envelope with { Recipients = part.Recipients };
        using var span = RelayTracing.BeginRun(delivery.Message.Id, part.Group, part.Runs + 1, delivery.Message.Trace);
        var message = new ReceivedMessage(delivery.Message.Id, envelope, body, delivery.Message.Origin, time.GetTimestamp());
        if (table.QueueOf(table.Topology.Groups[part.Group]) is not { } queue)
        {
            await TryGiveBackAsync(run.Lease, part.Unsent, TimeSpan.Zero, stopping); // a reload came in between
            return;
        }

        var waits =
            settlements.Planner.WaitsForItsUpstream(part, time.GetUtcNow()) && table.Topology.Find(part.Group, part.Upstream!) is not null;
        var request = new PickRequest(message) { IsBacklog = !isFresh, Only = waits ? part.Upstream : null };
        var plan = new GroupPlan(queue, message, [.. Enumerable.Range(0, part.Recipients.Count)], request, first);
        var result = await forwarder.RunAsync(
            message,
            plan,
            RoomPatience,
            table.Topology.Options.Delivery.AttemptsPerRun,
            next => WriteDownAsync(run, body, next),
            () => spool.Holds(run.Lease),
            stopping
        );
        await settlements.SettleAsync(
            run.Lease,
            body,
            run.Left(result.Outcomes),
            run.Unwritten(result.Attempts),
            wasTried: WasTried(result, stopping),
            stopping
        );
    }

    /// <summary>
    /// The server that the row was stored with need not be written again. Where the disk refuses, nothing goes out; what other servers have said in this run
    /// still counts.
    /// </summary>
    private async ValueTask<bool> WriteDownAsync(RunRecord run, MessageBody body, NextAttempt next)
    {
        var name = next.Server.Name;
        try
        {
            if (run.Unwritten(next) is { Count: > 0 } settled)
            {
                run.Begun(next, await settlements.BeginNextAsync(run.Lease, body, name, settled, run.Unwritten(next.Attempts)));
            }
            else if (!string.Equals(run.Upstream, name, StringComparison.Ordinal))
            {
                await spool.BeginAttemptAsync(run.Lease, name, null, CancellationToken.None);
                run.Begun(name);
            }

            return spool.Holds(run.Lease);
        }
        catch (SpoolUnavailableException failure)
        {
            LogFailed(run.Lease.Delivery.Message.Id, failure.Message);
            return false;
        }
    }

    /// <summary>An attempt that the end of the process cut short is none.</summary>
    private static bool WasTried(ForwardResult result, CancellationToken stopping) =>
        result.Attempts.Count > 0
        && !(stopping.IsCancellationRequested && Array.TrueForAll(result.Outcomes, static outcome => outcome.Reply is null));

    /// <summary>Nobody knows how far it came: the server that was asked last may have the message.</summary>
    private SpoolPart AfterDefect(SpoolPart part, string? begun) =>
        begun is null
            ? part.Unsent with
            {
                Reason = "a defect of Relay",
            }
            : part with
            {
                State = SpoolState.Uncertain,
                Upstream = begun,
                UncertainSince = time.GetUtcNow(),
                Reason = "a defect of Relay",
            };

    /// <summary>False when the delivery is another's now.</summary>
    private async Task<bool> TryGiveBackAsync(SpoolLease lease, SpoolPart part, TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await settlements.WriteAsync(lease, new Settlement { Remaining = [part with { DueAt = time.GetUtcNow() + pause }] }, stopping);
            return true;
        }
        catch (LeaseLostException lost)
        {
            LogLost(lease.Delivery.Message.Id, lost.Message);
            return false;
        }
    }

    [LoggerMessage(
        EventId = 510,
        EventName = "LeaseLost",
        Level = LogLevel.Warning,
        Message = "What came of {Id} here is not written down: {Reason}"
    )]
    private partial void LogLost(MessageId id, string reason);

    [LoggerMessage(EventId = 511, EventName = "RunFailed", Level = LogLevel.Error, Message = "{Id} cannot be tried: {Reason}")]
    private partial void LogFailed(MessageId id, string reason);

    [LoggerMessage(EventId = 513, EventName = "BodyLost", Level = LogLevel.Error, Message = "{Id} is held: {Reason}")]
    private partial void LogBodyLost(MessageId id, string reason);

    [LoggerMessage(EventId = 512, EventName = "RunDefect", Level = LogLevel.Error, Message = "A run of {Id} ended by a defect")]
    private partial void LogDefect(Exception defect, MessageId id);
}
