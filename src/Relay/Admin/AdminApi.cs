using Relay.Admin.Queue;
using Relay.Admin.Security;
using Relay.Telemetry;

namespace Relay.Admin;

/// <summary>The routes of the HTTP side on one screen; a file for each endpoint.</summary>
internal static class AdminApi
{
    public static void MapAdminApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", StartPage.Show);
        routes.MapGet("/health/live", ShowLiveness.Handle).WithMetadata(OpenToEverybody.Instance);
        routes.MapGet("/health/ready", ShowReadiness.Handle).WithMetadata(OpenToEverybody.Instance);
        routes.MapMetrics();

        var api = routes.MapGroup("/api/v1");
        api.MapGet("/upstreams", ListUpstreams.Handle);
        api.MapPost("/upstreams/{group}/{name}/drain", DrainUpstream.Handle);
        api.MapPost("/upstreams/{group}/{name}/resume", ResumeUpstream.Handle);
        api.MapPut("/upstreams/{group}/{name}/weight", SetUpstreamWeight.Handle);
        api.MapPost("/explain", ExplainMessage.Handle);
        api.MapPost("/config/reload", ReloadConfiguration.HandleAsync);
        api.MapGet("/captured", ListCaptured.Handle);
        api.MapGet("/captured/{id}", ShowCaptured.HandleAsync);
        api.MapGet("/captured/{id}/message", DownloadCaptured.Handle);

        var queue = api.MapGroup("/queue").AddEndpointFilter(SpoolTrouble.AnswerAsync);
        queue.MapGet("", ListQueue.HandleAsync);
        queue.MapPost("/actions", ChangeQueue.HandleAsync);
        queue.MapGet("/{id}", ShowQueued.HandleAsync);
        queue.MapGet("/{id}/message", DownloadQueued.HandleAsync);
        queue.MapPost("/{id}/retry", RetryQueued.HandleAsync);
        queue.MapPost("/{id}/hold", HoldQueued.HandleAsync);
        queue.MapPost("/{id}/release", ReleaseQueued.HandleAsync);
        queue.MapPost("/{id}/move", MoveQueued.HandleAsync);
        queue.MapDelete("/{id}", DeleteQueued.HandleAsync);
    }
}
