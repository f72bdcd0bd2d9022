using System.Net.Sockets;
using Npgsql;

namespace Relay.Core.Database;

/// <summary>Tells failures of the database and of the way to it from defects.</summary>
internal static class DatabaseTrouble
{
    public static bool Is(Exception failure) =>
        failure
            is NpgsqlException
                or TimeoutException
                or IOException
                or SocketException
                or DatabaseAwayException
                or OperationCanceledException;

    /// <summary>A statement needed a page more than the disk has.</summary>
    public static bool IsDiskFull(Exception? failure) => failure is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    /// <summary>The whole sentence, once.</summary>
    public static string Away(Exception failure) =>
        failure is DatabaseAwayException ? failure.Message : $"the database is away: {Describe(failure)}";

    /// <summary>In words for a log, without what the statement held.</summary>
    public static string Describe(Exception failure) =>
        failure switch
        {
            PostgresException error => $"{error.MessageText} ({error.SqlState})",
            OperationCanceledException => "it did not answer in time",
            _ => failure.Message,
        };
}
