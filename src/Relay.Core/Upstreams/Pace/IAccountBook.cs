namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Knows of an account's windows what this process cannot: what earlier processes have used (<see cref="AccountQuotas"/>), or what other nodes may use.
/// </summary>
internal interface IAccountBook
{
    /// <summary>Why nothing can be taken that is not taken yet; null while it can.</summary>
    string? Trouble { get; }

    /// <summary>A window is new in this process. Called under the lock of the account.</summary>
    void BeginUnderLock(PaceAccount owner, RateWindow window);

    /// <summary>Some window is about to run out of what it may use: more is to be had, beside whoever asks. Called under the lock of the account.</summary>
    void WriteUnderLock(PaceAccount owner, List<RateWindow> windows);

    /// <summary>The process ends: what was not used is free for others.</summary>
    void Close(PaceAccount owner, List<RateWindow> windows);
}
