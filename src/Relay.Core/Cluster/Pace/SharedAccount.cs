using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Cluster.Pace;

/// <summary>Connects the windows of one account with those of the same account on other nodes.</summary>
internal sealed class SharedAccount(string account, SharedPace pace, TimeProvider time) : IAccountBook
{
    private volatile RateWindow[] _windows = [];

    /// <summary>An account without limits has none.</summary>
    public string? Trouble => Array.Exists(_windows, static window => window.IsConfigured) ? pace.Trouble : null;

    public void BeginUnderLock(PaceAccount owner, RateWindow window)
    {
        pace.Add(new SharedWindow(new WindowKey(account, window.CountsRecipients, window.Length), owner, window, time));
        _windows = [.. _windows, window];
    }

    public void WriteUnderLock(PaceAccount owner, List<RateWindow> windows) => pace.Wake();

    /// <summary>All accounts are given back together, once mail has stopped.</summary>
    public void Close(PaceAccount owner, List<RateWindow> windows) => pace.Wake();
}
