using Relay.Admin.Queue;
using Relay.Admin.Security;
using Relay.Core.Configuration;
using Relay.Telemetry;

namespace Relay.Admin;

/// <summary>What a request passes before it reaches an endpoint.</summary>
internal static class AdminPipeline
{
    public static void UseAdmin(this WebApplication app, RelayOptions options)
    {
        app.Use(next => context => SecurityHeaders.AddAsync(context, next));
        app.UseWhen(context => !OpenToEverybody.Is(context), guarded => UseChecks(guarded, options));
        app.UseStatusCodePages();
        app.MapAdminApi();
    }

    /// <summary>What the endpoints of <see cref="AdminApi"/> need.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services) =>
        services
            .AddSingleton<OperatorLog>()
            .AddSingleton<UpstreamChange>()
            .AddSingleton<QueueChanges>()
            .AddSingleton<Readiness>()
            .AddSingleton<ExplainMessage>()
            .AddMetricsForScrapers()
            .AddRoutingCore()
            .AddProblemDetails();

    private static void UseChecks(IApplicationBuilder app, RelayOptions options)
    {
        var hosts = new HostCheck(options);
        app.Use(next => context => hosts.InvokeAsync(context, next));
        app.Use(next => context => OriginCheck.InvokeAsync(context, next));
        var tokens = new TokenCheck(options.Admin);
        app.Use(next => context => tokens.InvokeAsync(context, next));
    }
}
