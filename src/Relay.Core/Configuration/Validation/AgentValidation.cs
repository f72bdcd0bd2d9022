namespace Relay.Core.Configuration.Validation;

/// <summary>An agent that can be reached, and that is asked at all.</summary>
internal static class AgentValidation
{
    public static void Check(UpstreamOptions upstream, HealthOptions health, KeyScope upstreamScope)
    {
        if (upstream.Agent is not { } agent)
        {
            return;
        }

        var scope = upstreamScope.At(nameof(upstream.Agent));
        if (upstream.Kind == UpstreamKind.Capture)
        {
            scope.Report("a Capture upstream is an embedded mailbox and has no agent");
            return;
        }

        if (!EndpointAddress.TryParse(agent, defaultPort: null, out var address) || address is { UnixPath: null, Port: 0 })
        {
            scope.Report($"\"{agent}\" is not the address of an agent: write 192.0.2.1:9707, name:9707, *:9707 or unix:/path");
            return;
        }

        var isOwn = address.Host == "*";
        scope.ReportIf(
            isOwn && upstream.Address.StartsWith("unix:", StringComparison.Ordinal),
            "* is the address of the upstream, and that is a unix socket"
        );
        scope.ReportIf(
            !isOwn && upstream.Discover != UpstreamDiscovery.None,
            $"one agent would speak for all servers that are found; write *:{address.Port} to ask each at its own address"
        );
        scope.ReportIf(health.Interval == TimeSpan.Zero, "would never be asked: Health:Interval is 0");
        scope.ReportIf(!upstream.ActiveChecks, "would never be asked: ActiveChecks is false");
    }
}
