namespace Relay.Live;

/// <summary>One upstream in the last second.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">As in the list of upstreams.</param>
/// <param name="Reason">Why; empty while healthy.</param>
/// <param name="PerSecond">Messages that it took.</param>
/// <param name="FailedPerSecond">Attempts that ended in another way.</param>
/// <param name="Share">0 to 1: its part of what its group delivered in the last ten seconds or so; null while that is nothing.</param>
/// <param name="InFlight">Deliveries under way.</param>
/// <param name="MostInFlight">As many as it may have.</param>
/// <param name="Connections">Open ones.</param>
/// <param name="Idle">Those of them that are idle.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="PacePerSecond">What its rates, or its own words, allow; null where nothing is known.</param>
/// <param name="ReplyMs">Moving average of the time of a delivery; 0 before the first.</param>
internal sealed record UpstreamFigures(
    string Group,
    string Name,
    string State,
    string Reason,
    double PerSecond,
    double FailedPerSecond,
    double? Share,
    int InFlight,
    int MostInFlight,
    int Connections,
    int Idle,
    int Weight,
    double? PacePerSecond,
    double ReplyMs
);
