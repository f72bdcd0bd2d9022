using RouteOptions = Relay.Core.Configuration.RouteOptions;

namespace Relay.Admin;

/// <summary>What would become of one recipient now.</summary>
/// <param name="Recipient">As asked.</param>
/// <param name="RouteNumber">Place of the route that decides, from 0; null when none matches and the recipient is refused.</param>
/// <param name="Route">Its conditions.</param>
/// <param name="Group">Name of the group.</param>
/// <param name="Strategy">How it chooses.</param>
/// <param name="Waiting">Messages that wait for the group now.</param>
/// <param name="Tier">Priority of the tier that would be used; null when nobody in service can take the message.</param>
/// <param name="Choice">Name of the upstream, where it can be told beforehand.</param>
/// <param name="Verdict">All of it in a sentence.</param>
/// <param name="Upstreams">Every member: whether it is a candidate, and why not.</param>
internal sealed record Explanation(
    string Recipient,
    int? RouteNumber,
    RouteOptions? Route,
    string? Group,
    string? Strategy,
    int Waiting,
    int? Tier,
    string? Choice,
    string Verdict,
    IReadOnlyList<ExplainedUpstream> Upstreams
);

/// <param name="Name">Its name.</param>
/// <param name="Priority">Its tier.</param>
/// <param name="State">As in the list of upstreams.</param>
/// <param name="InFlight">Deliveries under way.</param>
/// <param name="Connections">As many deliveries it may have at once.</param>
/// <param name="IsCandidate">Whether the message could go there now.</param>
/// <param name="Why">Why, or why not.</param>
internal sealed record ExplainedUpstream(
    string Name,
    int Priority,
    string State,
    int InFlight,
    int Connections,
    bool IsCandidate,
    string Why
);
