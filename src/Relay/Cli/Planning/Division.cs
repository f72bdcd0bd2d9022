namespace Relay.Cli.Planning;

/// <summary>How a stream of messages was divided.</summary>
/// <param name="Shares">Messages a second of each server that gets any.</param>
/// <param name="Rest">Messages a second that none has room for.</param>
internal sealed record Division(IReadOnlyDictionary<PlanServer, double> Shares, double Rest);
