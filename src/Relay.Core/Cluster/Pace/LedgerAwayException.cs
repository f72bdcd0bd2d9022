namespace Relay.Core.Cluster.Pace;

/// <summary>The ledger cannot be reached, or has not answered: what was asked for may have been done or not.</summary>
internal sealed class LedgerAwayException(string message, Exception? cause = null) : Exception(message, cause);
