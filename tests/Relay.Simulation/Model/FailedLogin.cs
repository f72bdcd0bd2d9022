namespace Relay.Simulation.Model;

/// <summary>A login that has failed, or may.</summary>
/// <param name="user">Whose name was claimed.</param>
/// <param name="key">What is counted as one client; null for one without an address.</param>
/// <param name="at">When the last of it was sent.</param>
internal sealed class FailedLogin(string user, string? key, TimeSpan at)
{
    public string User { get; } = user;

    public string? Key { get; } = key;

    public TimeSpan At { get; } = at;

    /// <summary>The client has read that it failed, so that it was counted.</summary>
    public bool IsKnown { get; set; }
}
