using Npgsql;

namespace Relay.Core.Configuration.Validation;

/// <summary>The database that nodes share. Whether it can be reached is another matter: it may be away while Relay starts.</summary>
internal static class DatabaseValidation
{
    public static void Check(SpoolOptions spool, KeyScope scope)
    {
        var (text, file) = (spool.ConnectionString, spool.ConnectionStringFile);
        var (hasText, hasFile) = (!string.IsNullOrEmpty(text), !string.IsNullOrEmpty(file));
        var needed = spool.Provider == SpoolProvider.PostgreSql && !hasText && !hasFile;
        var scopeOfText = scope.At(nameof(spool.ConnectionString));
        scopeOfText.ReportIf(needed, "is needed, or ConnectionStringFile, with Provider PostgreSql");
        scope
            .At(nameof(spool.ConnectionStringFile))
            .ReportIf(hasText && hasFile, "stands beside ConnectionString; leave one of the two out");
        if (hasText && Fault(text!) is { } fault)
        {
            scopeOfText.Report(fault);
        }
    }

    /// <summary>What is wrong with it, without a word of it: there is a password in it.</summary>
    public static string? Fault(string text)
    {
        const string Form = "Host=db.example.com;Database=relay;Username=relay;Password=…";
        try
        {
            if (string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host))
            {
                return $"names no Host; it looks like {Form}";
            }
        }
        catch (Exception failure) when (IsOfTheText(failure))
        {
            return $"is not a connection string of Npgsql; it looks like {Form}";
        }

        return FaultOfTheWhole(text);
    }

    /// <summary>Words that are right each by itself and do not go together; nothing is connected to.</summary>
    private static string? FaultOfTheWhole(string text)
    {
        try
        {
            new NpgsqlDataSourceBuilder(DatabaseConnectionString.Complete(text)).Build().Dispose();
            return null;
        }
        catch (Exception failure) when (IsOfTheText(failure))
        {
            return $"is refused by Npgsql: {failure.Message}";
        }
    }

    private static bool IsOfTheText(Exception failure) =>
        failure
            is ArgumentException
                or FormatException
                or OverflowException
                or InvalidCastException
                or NotSupportedException
                or InvalidOperationException;
}
