using Npgsql;

namespace Relay.Core.Database;

/// <summary>
/// Hears on a connection that the server has given up to wait for its synchronous replica, since it was asked to stop: it then says that a commit is done which is
/// on one machine only, with no more than a warning beside it. Such a commit is none.
/// </summary>
internal sealed class ReplicaWatch
{
    /// <summary>The server's function that waits; the text of its warning is translated, and this is not.</summary>
    private const string Waiting = "SyncRepWaitForLSN";

    private volatile bool _isGivenUp;

    public ReplicaWatch(NpgsqlConnection connection) =>
        connection.Notice += (_, told) => _isGivenUp |= string.Equals(told.Notice.Routine, Waiting, StringComparison.Ordinal);

    /// <summary>Called when a commit is said to be done.</summary>
    /// <exception cref="DatabaseAwayException">The primary alone has it.</exception>
    public void Check()
    {
        if (_isGivenUp)
        {
            _isGivenUp = false;
            throw new DatabaseAwayException("no synchronous replica of the database answers");
        }
    }
}
