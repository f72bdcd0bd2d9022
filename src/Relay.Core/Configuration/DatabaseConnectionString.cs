using Npgsql;

namespace Relay.Core.Configuration;

/// <summary>What is configured, with what every connection of Relay needs where nothing else is said.</summary>
internal static class DatabaseConnectionString
{
    /// <summary>Seconds until a server that does not answer is given up: a client of Relay waits meanwhile.</summary>
    private const int ConnectPatience = 3;

    private const int StatementPatience = 10;

    /// <summary>What a node that vanished has locked is free soon: the server asks whether it is still there, and gives it up.</summary>
    private const string ServerOptions =
        "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c tcp_user_timeout=15000 "
        + "-c idle_in_transaction_session_timeout=30000";

    public static string Complete(string configured)
    {
        var builder = new NpgsqlConnectionStringBuilder(configured);
        SetIfMissing(builder, "Application Name", "relay");
        SetIfMissing(builder, "Timeout", ConnectPatience);
        SetIfMissing(builder, "Command Timeout", StatementPatience);
        SetIfMissing(builder, "Cancellation Timeout", 1000); // milliseconds; a server that hangs does not hear of it
        SetIfMissing(builder, "Maximum Pool Size", 17);
        SetIfMissing(builder, "Max Auto Prepare", 100);
        SetIfMissing(builder, "Auto Prepare Min Usages", 2);
        SetIfMissing(builder, "No Reset On Close", true); // a transaction for each use; see PostgreSqlDatabase.RetireAsync
        SetIfMissing(builder, "Tcp Keepalive", true);
        SetIfMissing(builder, "Options", ServerOptions);
        SetIfMissing(builder, "GSS Encryption Mode", "Disable"); // or a word about a missing Kerberos library stands in the log of each container
        builder.IncludeFailedBatchedCommand = true; // a batch holds writes of many, and only one of them may be wrong
        if (builder.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            SetIfMissing(builder, "Target Session Attributes", "read-write"); // the one that is no standby
            SetIfMissing(builder, "Host Recheck Seconds", 1);
        }
        else
        {
            builder.TargetSessionAttributes = null; // there is nothing to choose from, and Npgsql would refuse to be asked
        }

        return builder.ConnectionString;
    }

    private static void SetIfMissing(NpgsqlConnectionStringBuilder builder, string key, object value)
    {
        if (!builder.ShouldSerialize(key)) // "ContainsKey" knows every word there is
        {
            builder[key] = value;
        }
    }
}
