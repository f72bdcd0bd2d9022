using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Relay.Admin.Captured;
using Relay.Admin.Live;
using Relay.Admin.Nodes;
using Relay.Admin.Queue;
using Relay.Admin.Security;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Dashboard;
using Relay.Live;
using Relay.Reloading;
using Relay.Telemetry;
using Relay.Trails;

namespace Relay.Admin;

/// <summary>What a request passes before it reaches an endpoint.</summary>
internal static class AdminPipeline
{
    public static void UseAdmin(this WebApplication app, RelayOptions options)
    {
        app.MapAdminApi();
        app.MapWhen(static context => context.GetEndpoint() is null, pages => UsePages(pages, options));
        UseChecks(app, options);
    }

    /// <summary>What the endpoints of <see cref="AdminApi"/> need.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services, RelayOptions options) =>
        services
            .AddAccess()
            .AddSingleton<RequestFaults>()
            .AddSingleton<AuditLog>()
            .AddSingleton<OperatorLog>()
            .AddSingleton<UpstreamChange>()
            .AddSingleton<NodeList>()
            .AddSingleton<QueueChanges>()
            .AddSingleton<Readiness>()
            .AddSingleton<ExplainMessage>()
            .AddSingleton<MessageFinder>()
            .AddSingleton<CapturedReader>()
            .AddSingleton<CapturedRelease>()
            .AddSingleton<CapturedFaults>()
            .AddSingleton<EffectiveSettings>()
            .AddSingleton<ConfigurationCheck>()
            .AddLive()
            .AddSingleton<StreamEvents>()
            .AddMetricsForScrapers(options)
            .AddApiDescription()
            .AddDashboard()
            .RemoveAll<IAuthorizationHandlerProvider>() // AccessCheck decides; the framework's middleware would come by itself, and make all endpoints at the start
            .AddRoutingCore()
            .Configure<RouteHandlerOptions>(static routes => routes.ThrowOnBadRequest = true) // RequestFaults tells what was wrong
            .AddProblemDetails();

    private static IServiceCollection AddAccess(this IServiceCollection services) =>
        services
            .AddSingleton(static provider => new AdminTokens(provider.GetRequiredService<RelayOptions>().Admin))
            .AddSingleton<SessionCookie>()
            .AddSingleton<GuessingBrake>()
            .AddSingleton<AccessCheck>()
            .AddSingleton<Login>();

    /// <summary>
    /// The dashboard is routed by itself: its endpoints are made with the first request that is none for the API, and cost a relay whose pages nobody opens
    /// neither time nor memory.
    /// </summary>
    private static void UsePages(IApplicationBuilder pages, RelayOptions options)
    {
        pages.UseRouting();
        UseChecks(pages, options);
        pages.UseEndpoints(static routes => routes.MapDashboard());
    }

    private static void UseChecks(IApplicationBuilder app, RelayOptions options)
    {
        var faults = app.ApplicationServices.GetRequiredService<RequestFaults>();
        app.Use(next => context => SecurityHeaders.AddAsync(context, next));
        app.Use(next => context => faults.InvokeAsync(context, next));
        app.UseStatusCodePages();
        app.UseWhen(context => !OpenToEverybody.Is(context), guarded => UseAccessChecks(guarded, options));
        app.UseAntiforgery();
    }

    private static void UseAccessChecks(IApplicationBuilder app, RelayOptions options)
    {
        var hosts = new HostCheck(options);
        var access = app.ApplicationServices.GetRequiredService<AccessCheck>();
        app.Use(next => context => hosts.InvokeAsync(context, next));
        app.Use(next => context => OriginCheck.InvokeAsync(context, next));
        app.Use(next => context => access.InvokeAsync(context, next));
    }
}
