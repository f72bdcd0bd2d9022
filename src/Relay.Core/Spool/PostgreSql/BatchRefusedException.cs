using Npgsql;
using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>The database refused a statement of a batch; nothing of the batch has happened.</summary>
/// <param name="plan">Whose statement it was.</param>
/// <param name="cause">Why.</param>
internal sealed class BatchRefusedException(int plan, PostgresException cause) : Exception(cause.MessageText, cause)
{
    /// <summary>The mark of the node itself.</summary>
    public const int Mark = -2;

    /// <summary>Nobody's own fault.</summary>
    public const int Nobody = -1;

    private const string DivisionByZero = "22012";

    public int Plan => plan;

    /// <summary>The node's own row is not there, or is another session's.</summary>
    public bool IsShutOut => plan == Mark && cause.SqlState == DivisionByZero;

    /// <summary>The row that the write insists on is not there.</summary>
    public bool IsLeaseLost => plan >= 0 && cause.SqlState == DivisionByZero;

    /// <summary>The statement alone is to blame: its neighbours can go without it.</summary>
    public bool IsOwnFault => plan >= 0 && cause.SqlState[..2] is "22" or "23" or "42";

    /// <summary>There was no page for it.</summary>
    public bool IsDiskFull => DatabaseTrouble.IsDiskFull(cause);

    /// <summary>Two nodes stood in each other's way; it works the next time.</summary>
    public bool IsPassing => cause.SqlState[..2] is "40";

    /// <summary>The connection ends with it, and whether it was before or after the commit is not told.</summary>
    public bool IsBreak => cause.SqlState[..2] is "57" or "58" or "08" or "XX";
}
