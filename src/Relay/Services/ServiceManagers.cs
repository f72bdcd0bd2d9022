namespace Relay.Services;

/// <summary>What is needed to run as a service: of systemd, or of Windows. Started by anybody else, nothing of it shows.</summary>
internal static class ServiceManagers
{
    /// <summary>The name of the service on Windows, and the source of its entries in the event log.</summary>
    private const string Name = "Relay";

    public static IServiceCollection AddServiceManagers(this IServiceCollection services) =>
        services
            .AddHostedService<SystemdReports>()
            .AddWindowsService(static service => service.ServiceName = Name)
            // The event log is for what an administrator should see; the mail log is NLog's.
            .Configure<LoggerFilterOptions>(static filter =>
                filter.Rules.Add(new LoggerFilterRule("EventLog", null, LogLevel.Warning, null))
            );
}
