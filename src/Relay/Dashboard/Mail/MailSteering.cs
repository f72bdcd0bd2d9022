using Relay.Admin;
using Relay.Admin.Captured;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Dashboard.Mail;

/// <summary>Changes captured mail and mailboxes for whoever looks at the page, as the API does, and has it written down.</summary>
internal sealed class MailSteering(CaptureMailboxes mailboxes, CapturedRelease release, TopologyManager topology, OperatorLog log)
{
    public IReadOnlyList<string> GroupsToReleaseTo => release.Groups;

    /// <summary>Group and name of each mailbox, in order.</summary>
    public IReadOnlyList<(string Group, string Upstream)> Mailboxes =>
        [
            .. topology
                .Current.Groups.Values.OrderBy(static group => group.Name, StringComparer.OrdinalIgnoreCase)
                .SelectMany(static group => group.Members)
                .Where(static member => member.Options.Kind == UpstreamKind.Capture)
                .Select(static member => (member.GroupName, member.Name)),
        ];

    /// <summary>Null when it was done, or why not.</summary>
    public string? Delete(Viewer viewer, string id)
    {
        if (viewer.WhyNot is { } why)
        {
            return why;
        }

        if (!MessageId.TryParse(id, out var message) || !mailboxes.Delete(message))
        {
            return "It was gone already.";
        }

        log.Did(viewer.Who, "captured.delete", id, "deleted");
        return null;
    }

    /// <summary>How many are gone.</summary>
    public int DeleteAll(Viewer viewer, string search)
    {
        if (viewer.WhyNot is not null)
        {
            return 0;
        }

        var count = mailboxes.DeleteAll(search.Length == 0 ? null : search);
        log.Did(viewer.Who, "captured.delete", search.Length == 0 ? "all" : $"search {search}", $"{count} deleted");
        return count;
    }

    public async Task<(ReleaseResult? Result, string? Trouble)> ReleaseAsync(Viewer viewer, string id, string group)
    {
        if (viewer.WhyNot is { } why)
        {
            return (null, why);
        }

        if (!MessageId.TryParse(id, out var message))
        {
            return (null, "It is gone.");
        }

        var (result, refusal) = await release.ReleaseAsync(message, group, to: null, CancellationToken.None);
        if (result is null)
        {
            return (null, refusal is { IsUnknownMail: true } ? "It is gone." : refusal?.Why ?? "It was not released.");
        }

        log.Did(viewer.Who, "captured.release", id, $"to {group} as {result.Id}: {result.Status}");
        return (result, null);
    }

    /// <summary>Those that are switched on now.</summary>
    public IReadOnlyList<FaultOptions> FaultsOf(string group, string upstream) => StoreOf(group, upstream)?.Faults.Plan.Faults ?? [];

    /// <summary>Null when it was done, or why not.</summary>
    public string? SetFaults(Viewer viewer, string group, string upstream, IReadOnlyList<FaultOptions> faults)
    {
        if (viewer.WhyNot is { } why)
        {
            return why;
        }

        if (StoreOf(group, upstream) is not { } store)
        {
            return "There is no such mailbox any more.";
        }

        store.Faults.Set(faults);
        log.Did(viewer.Who, "captured.faults", $"{group}/{upstream}", faults.Count == 0 ? "none" : $"{faults.Count} switched on");
        return null;
    }

    private CaptureStore? StoreOf(string group, string upstream) =>
        topology.Current.Options.Groups.TryGetValue(group, out var options) && options.Upstreams.TryGetValue(upstream, out var mailbox)
            ? mailboxes.For(group, upstream, mailbox)
            : null;
}
