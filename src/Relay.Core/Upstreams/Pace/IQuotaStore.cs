namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Where it is written down what accounts have used of their quotas, so that a restart or a crash does not forget it. Here it is a file for each; nodes that share
/// accounts will share a store.
/// </summary>
internal interface IQuotaStore
{
    /// <summary>What was written last for an account; null when nothing ever was.</summary>
    /// <exception cref="IOException">It cannot be read, or not be understood.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    QuotaRecord? Read(string account);

    /// <summary>Returns when it is on disk, in place of what was there.</summary>
    /// <exception cref="IOException">It cannot be written: the old record stays.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    void Write(string account, QuotaRecord record);
}
