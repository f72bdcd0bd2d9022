using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.DataProtection;
using MudBlazor.Services;
using Relay.Dashboard.Components;
using Relay.Dashboard.Mail;
using Relay.Dashboard.Queue;
using Relay.Dashboard.Upstreams;

namespace Relay.Dashboard;

/// <summary>What the dashboard needs, and where it is reached. Nothing of it runs until a browser opens it.</summary>
internal static class DashboardServices
{
    /// <summary>A changed configuration that is pasted for a dry run comes in one message.</summary>
    private const int LongestMessage = 1024 * 1024;

    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(Configure)
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);

        // What is sealed with them, the start of a page, lives no longer than the process: no keys on a disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        RemoveKeysOnDisk(services);
        return services
            .AddMudServices()
            .AddScoped<BrowserLink>()
            .AddScoped<Notices>()
            .AddScoped<Asking>()
            .AddScoped<UpstreamSteering>()
            .AddScoped<QueueSteering>()
            .AddScoped<MailSteering>()
            .AddSingleton<ListenerAddress>();
    }

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{name}", DashboardAssets.Handle).ExcludeFromDescription();
        routes
            .MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null) // PagePolicy says so already
            .WithMetadata(PagePolicy.Instance);
    }

    /// <summary>Whatever provider is chosen, a service of the library makes a key on disk at the start, warns that it is not encrypted, and nobody uses it.</summary>
    private static void RemoveKeysOnDisk(IServiceCollection services)
    {
        var library = typeof(IDataProtectionBuilder).Assembly;
        var warmUps = services
            .Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == library)
            .ToArray();
        foreach (var warmUp in warmUps)
        {
            services.Remove(warmUp);
        }
    }

    /// <summary>A page that lost its connection is kept for a moment, and few of them: each holds memory.</summary>
    private static void Configure(CircuitOptions circuits)
    {
        circuits.DisconnectedCircuitMaxRetained = 10;
        circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
        circuits.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(10);
    }
}
