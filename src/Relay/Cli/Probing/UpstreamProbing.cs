using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Discovery;
using Relay.Core.Upstreams.Health;

namespace Relay.Cli.Probing;

/// <summary>Asks each configured server whether it would take mail: connects, starts TLS and logs in as mail would, and sends none.</summary>
internal sealed class UpstreamProbing(TimeProvider time)
{
    private const int MostAtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Reports in the order of groups and names. Embedded mailboxes need no probe and are left out.</summary>
    public async Task<IReadOnlyList<ProbeReport>> RunAsync(RelayOptions options, CancellationToken cancellationToken)
    {
        using var heartbeat = new Heartbeat(time);
        using var places = new SemaphoreSlim(MostAtOnce);
        using var sessions = new NetworkSessions(options.HostName, heartbeat, time);
        var probe = new SmtpProbe(sessions.To, time);
        var probes =
            from @group in options.Groups.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            from upstream in @group.Value.Upstreams.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            where upstream.Value.Kind == UpstreamKind.Smtp
            select ProbeAllAsync(@group.Key, upstream.Key, upstream.Value);
        return [.. (await Task.WhenAll(probes.ToList())).SelectMany(static reports => reports)];

        async Task<IReadOnlyList<ProbeReport>> ProbeAllAsync(string group, string name, UpstreamOptions upstream)
        {
            if (DiscoveryQuestion.Of(upstream) is not { } question)
            {
                return [await ProbeAsync(group, name, upstream)];
            }

            var finding = await new DnsResolver(time).FindAsync(question, [], options.Discovery, cancellationToken);
            var members = MemberExpansion.Of(name, upstream, finding.Targets, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
            return members.Count == 0
                ? [NotFound(group, name, upstream, finding)]
                : await Task.WhenAll(members.Select(member => ProbeAsync(group, member.Key, member.Value)).ToList());
        }

        async Task<ProbeReport> ProbeAsync(string group, string name, UpstreamOptions upstream)
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                var terms = new ProbeTerms(Patience, Authenticate: true, Describe: true);
                var begin = time.GetTimestamp();
                var result = await probe.RunAsync(upstream, terms, cancellationToken);
                return Report(group, name, upstream, result) with
                {
                    Milliseconds = Math.Round(time.GetElapsedTime(begin).TotalMilliseconds, 1),
                };
            }
            finally
            {
                places.Release();
            }
        }
    }

    private static ProbeReport NotFound(string group, string name, UpstreamOptions upstream, DiscoveryFinding finding) =>
        new()
        {
            Group = group,
            Name = name,
            Address = upstream.Address,
            Works = false,
            Problem = $"{upstream.Discover} lookup: {finding.Remark}",
            Advice =
                "ask the name servers (Discovery:DnsServers, or else the system's) for it; it is taken as it stands, without the search list",
        };

    private static ProbeReport Report(string group, string name, UpstreamOptions upstream, ProbeResult result)
    {
        var report = new ProbeReport
        {
            Group = group,
            Name = name,
            Address = upstream.Address,
            Works = result.Failure is null,
        };
        return result.Failure is { } failure
            ? report with
            {
                Certificate = failure.Certificate,
                Problem = failure.ToString(),
                Advice = ProbeAdvice.For(failure, upstream),
            }
            : report with
            {
                Tls = result.Peer?.TlsVersion,
                Certificate = result.Peer?.Certificate,
                Extensions = result.Peer?.Extensions ?? [],
                LoggedInAs = upstream.UserName,
            };
    }
}
