namespace Relay.Logging;

/// <summary>Brings to the log what would otherwise go unseen: an exception that ends the process, and a task that failed without anybody looking.</summary>
internal sealed partial class DefectReporter : IDisposable
{
    private readonly ILogger<DefectReporter> _logger;

    public DefectReporter(ILogger<DefectReporter> logger)
    {
        _logger = logger;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs args) => LogUnhandled(_logger, args.ExceptionObject as Exception);

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        LogUnobserved(_logger, args.Exception);
        args.SetObserved();
    }

    [LoggerMessage(920, LogLevel.Critical, "Unhandled exception", EventName = "Unhandled")]
    private static partial void LogUnhandled(ILogger logger, Exception? exception);

    [LoggerMessage(921, LogLevel.Error, "Unobserved failure of a task", EventName = "Unobserved")]
    private static partial void LogUnobserved(ILogger logger, Exception exception);
}
