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

    /// <summary>The same, of work that may also be called off: that alone is no trouble, while a database that is away in the moment of the calling off is.</summary>
    /// <param name="failure">What the work has thrown.</param>
    /// <param name="callingOff">By which it may be called off.</param>
    public static bool Is(Exception failure, CancellationToken callingOff) =>
        Is(failure) && !(failure is OperationCanceledException && callingOff.IsCancellationRequested);

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
