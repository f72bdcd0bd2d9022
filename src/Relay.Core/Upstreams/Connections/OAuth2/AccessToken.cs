namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>An access token, and how long it is used. Times are timestamps of the clock it was made by.</summary>
/// <param name="value">Secret.</param>
/// <param name="renewAt">From when on the next one is fetched, while this one still serves.</param>
/// <param name="endsAt">From when on it is not used any more, shortly before the server would refuse it.</param>
internal sealed class AccessToken(string value, long renewAt, long endsAt)
{
    private volatile bool _hasWorked;

    public string Value { get; } = value;

    /// <summary>A server has let somebody in with it: one that refuses it afterwards speaks of a token that was revoked, not of one that never was any good.</summary>
    public bool HasWorked => _hasWorked;

    public bool MayServe(long now) => now < endsAt;

    public bool IsDueForRenewal(long now) => now >= renewAt;

    public void MarkWorked() => _hasWorked = true;

    /// <summary>Without the token.</summary>
    public override string ToString() => nameof(AccessToken);
}
