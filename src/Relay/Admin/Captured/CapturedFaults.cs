using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Upstreams;

namespace Relay.Admin.Captured;

/// <summary>
/// <c>GET</c> and <c>PUT /api/v1/captured/faults/{group}/{upstream}</c>: how an embedded mailbox fails on purpose now. What is put holds until the process ends or the configured
/// faults change.
/// </summary>
internal sealed class CapturedFaults(TopologyManager topology, CaptureMailboxes mailboxes, OperatorLog log)
{
    public static Results<Ok<Faults>, ProblemHttpResult> Show(string group, string upstream, CapturedFaults faults) =>
        faults.Find(group, upstream) is { } store ? Answer(store) : NotFound(group, upstream);

    public static Results<Ok<Faults>, ProblemHttpResult> Put(
        string group,
        string upstream,
        Change wanted,
        CapturedFaults faults,
        HttpContext context
    ) => faults.Put(group, upstream, wanted.Faults, context);

    /// <summary>The mailbox; null when there is none of these names.</summary>
    public CaptureStore? Find(string group, string upstream) =>
        topology.Current.Find(group, upstream) is var (_, server) && server.Options.Kind == UpstreamKind.Capture
            ? mailboxes.For(server.GroupName, server.Name, server.Options)
            : null;

    /// <summary>Everything that is wrong with faults, a line each; empty when nothing is.</summary>
    public static IReadOnlyList<string> WhatIsWrong(IReadOnlyList<FaultOptions> faults)
    {
        List<ConfigurationError> errors = [];
        FaultValidation.Check(faults, new KeyScope("faults", errors));
        return errors.ConvertAll(static error => error.ToString());
    }

    private Results<Ok<Faults>, ProblemHttpResult> Put(
        string group,
        string upstream,
        IReadOnlyList<FaultOptions>? faults,
        HttpContext context
    )
    {
        if (Find(group, upstream) is not { } store)
        {
            return NotFound(group, upstream);
        }

        if (faults is null || faults.Any(static fault => fault is null))
        {
            return Problems.BadRequest("faults: a list is needed; an empty one switches all of them off.");
        }

        if (WhatIsWrong(faults) is { Count: > 0 } wrong)
        {
            return Problems.BadRequest(string.Join("; ", wrong));
        }

        store.Faults.Set(faults);
        var stages = faults.Count == 0 ? "none" : string.Join(", ", faults.Select(static fault => $"{fault.Stage} {fault.Action}"));
        log.Did(context, "captured.faults", $"{group}/{upstream}", stages);
        return Answer(store);
    }

    private static Ok<Faults> Answer(CaptureStore store) =>
        TypedResults.Ok(new Faults(store.Group, store.Upstream, store.Faults.Plan.Faults));

    private static ProblemHttpResult NotFound(string group, string upstream) =>
        Problems.NotFound($"There is no Capture upstream {group}/{upstream}.");

    /// <param name="Group">Group of the mailbox.</param>
    /// <param name="Upstream">The mailbox.</param>
    /// <param name="Items">Its faults.</param>
    internal sealed record Faults(string Group, string Upstream, IReadOnlyList<FaultOptions> Items);

    /// <param name="Faults">All that are to be switched on; null when the body does not name them.</param>
    internal sealed record Change(IReadOnlyList<FaultOptions>? Faults);
}
