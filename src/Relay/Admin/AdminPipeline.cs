using Relay.Admin.Security;
using Relay.Core.Configuration;

namespace Relay.Admin;

/// <summary>What a request passes before it reaches an endpoint.</summary>
internal static class AdminPipeline
{
    public static void UseAdmin(this WebApplication app, RelayOptions options)
    {
        app.Use(next => context => SecurityHeaders.AddAsync(context, next));
        var hosts = new HostCheck(options);
        app.Use(next => context => hosts.InvokeAsync(context, next));
        var tokens = new TokenCheck(options.Admin);
        app.Use(next => context => tokens.InvokeAsync(context, next));
        app.UseStatusCodePages();
        app.MapAdminApi();
    }
}
