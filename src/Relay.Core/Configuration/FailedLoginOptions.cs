namespace Relay.Core.Configuration;

/// <summary>What guessing passwords costs: time first, then the way in.</summary>
public sealed record FailedLoginOptions
{
    /// <summary>The reply to a failed login waits; the n-th of an address waits n times as long, at most ten times. 0 to 30 s. Default: 1 s.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Failed logins of one address (of one /64 with IPv6) that lock it out: its next AUTH is answered 421. Default: 20.</summary>
    public int PerAddress { get; init; } = 20;

    /// <summary>Failed logins as one user, from wherever, that lock the user out except from addresses where it has logged in lately. Default: 100.</summary>
    public int PerUser { get; init; } = 100;

    /// <summary>How long somebody is locked out; also how long after the last one failures are forgotten. Default: 10 min.</summary>
    public TimeSpan Lockout { get; init; } = TimeSpan.FromMinutes(10);
}
