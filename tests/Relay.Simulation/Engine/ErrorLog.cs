using Microsoft.Extensions.Logging;
using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>Relay's log: an error in it breaks a promise, except that a server's own permanent complaint is one to be logged.</summary>
internal sealed class ErrorLog(Ledger ledger, Life life) : ILoggerFactory, ILogger
{
    private const string Complaint = "Alarm";

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (life.IsOver)
        {
            return;
        }

        var text = formatter(state, exception);
        ledger.Note($"log: {text}");
        ledger.Check(
            logLevel < LogLevel.Error
                || eventId.Name is Complaint or "NotStored" or "NotWritten" or "RunFailed" or "SpoolBroken" or "QuotaNotWritten",
            $"Relay logs an error: {text} {exception}"
        );
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
