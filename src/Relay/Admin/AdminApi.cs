using Microsoft.AspNetCore.Mvc;
using Relay.Admin.Captured;
using Relay.Admin.Config;
using Relay.Admin.Live;
using Relay.Admin.Nodes;
using Relay.Admin.Queue;
using Relay.Admin.Security;
using Relay.Admin.Trails;
using Relay.Telemetry;

namespace Relay.Admin;

/// <summary>The routes of the HTTP side; a file for each endpoint.</summary>
internal static class AdminApi
{
    public static void MapAdminApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", ShowLiveness.Handle).WithMetadata(OpenToEverybody.Instance).WithSummary("Whether the process serves");
        routes
            .MapGet("/health/ready", ShowReadiness.Handle)
            .WithMetadata(OpenToEverybody.Instance)
            .WithSummary("Whether mail can be accepted safely, and why not")
            .Produces<HealthStatus>()
            .Produces<HealthStatus>(StatusCodes.Status503ServiceUnavailable);
        routes.MapMetrics();
        routes.MapLogin();
        routes.MapApiDescription();

        var api = routes.MapGroup("/api/v1").WithErrors();
        api.MapUpstreams();
        api.MapGet("/nodes", ListNodes.Handle).WithSummary("The relays that share a database with this one");
        api.MapMessages();
        api.MapQueue();
        api.MapCaptured();
        api.MapConfiguration();
        api.MapGet("/live", ShowLive.Handle).WithSummary("The figures of this second and of the last hour");
        api.MapGet("/events", StreamEvents.HandleAsync)
            .WithSummary("What happens, as it happens (server-sent events)")
            .Produces<string>(contentType: "text/event-stream");
        api.MapGet("/audit", ListAudit.Handle).WithSummary("What operators did");
    }

    private static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(LoginPage.Path, LoginPage.Show).WithMetadata(OpenBeforeLogin.Instance).ExcludeFromDescription();
        routes.MapPost(LoginPage.Path, Login.HandleAsync).WithMetadata(OpenBeforeLogin.Instance).ExcludeFromDescription();
        routes.MapPost("/logout", Logout.Handle).WithMetadata(OpenBeforeLogin.Instance).ExcludeFromDescription();
    }

    private static void MapUpstreams(this RouteGroupBuilder api)
    {
        api.MapGet("/upstreams", ListUpstreams.Handle).WithSummary("All upstreams, their state and counters");
        var one = api.MapGroup("/upstreams/{group}/{name}");
        one.MapPost("/drain", DrainUpstream.Handle).WithSummary("No new mail for it, until it is resumed");
        one.MapPost("/resume", ResumeUpstream.Handle).WithSummary("A drained upstream gets mail again");
        one.MapPost("/eject", EjectUpstream.Handle).WithSummary("Out of use for a while, as if it had failed");
        one.MapPut("/weight", SetUpstreamWeight.Handle).WithSummary("Overrides the configured weight");
        one.MapGet("/history", ShowUpstreamHistory.Handle).WithSummary("Its changes of state, and its rate of the last hour");
        api.MapPost("/explain", ExplainMessage.Handle)
            .WithMetadata(ChangesNothing.Instance)
            .WithSummary("What would become of a message now, and why");
    }

    private static void MapMessages(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/messages").AddEndpointFilter(SpoolTrouble.AnswerAsync);
        messages
            .MapGet("", ListMessages.HandleAsync)
            .WithSummary("Recent messages, by id, sender, recipient, Message-ID or the server's queue id");
        messages.MapGet("/{id}", ShowMessage.HandleAsync).WithSummary("All that is known of one message: recipients, attempts, dialogues");
    }

    private static void MapQueue(this RouteGroupBuilder api)
    {
        var queue = api.MapGroup("/queue").AddEndpointFilter(SpoolTrouble.AnswerAsync);
        queue.MapGet("", ListQueue.HandleAsync).WithSummary("The rows of the spool");
        queue.MapPost("/actions", ChangeQueue.HandleAsync).WithSummary("One action on all rows of a filter");
        queue.MapGet("/{id}", ShowQueued.HandleAsync).WithSummary("One queued message and what was tried");
        queue
            .MapGet("/{id}/message", DownloadQueued.HandleAsync)
            .WithSummary("The exact bytes of a queued message")
            .Produces<string>(contentType: "message/rfc822");
        queue.MapPost("/{id}/retry", RetryQueued.HandleAsync).WithSummary("Due at once");
        queue.MapPost("/{id}/hold", HoldQueued.HandleAsync).WithSummary("Not tried until it is released");
        queue.MapPost("/{id}/release", ReleaseQueued.HandleAsync).WithSummary("Tried again, by the routes of now");
        queue.MapPost("/{id}/move", MoveQueued.HandleAsync).WithSummary("To another group, at once");
        queue.MapDelete("/{id}", DeleteQueued.HandleAsync).WithSummary("Gone, without a bounce");
    }

    private static void MapCaptured(this RouteGroupBuilder api)
    {
        var captured = api.MapGroup("/captured");
        captured.MapGet("", ListCaptured.Handle).WithSummary("Captured mail");
        captured.MapDelete("", DeleteCaptured.HandleAll).WithSummary("Deletes all captured mail, or what a search finds");
        captured.MapGet("/faults/{group}/{upstream}", CapturedFaults.Show).WithSummary("How a mailbox fails on purpose");
        captured.MapPut("/faults/{group}/{upstream}", CapturedFaults.Put).WithSummary("Switches faults of a mailbox");
        captured.MapGet("/{id}", ShowCaptured.HandleAsync).WithSummary("One captured mail: header, text, attachments");
        captured.MapDelete("/{id}", DeleteCaptured.Handle).WithSummary("Deletes one captured mail");
        captured.MapPost("/{id}/release", ReleaseCaptured.HandleAsync).WithSummary("Sends a captured mail on to real servers");
        captured
            .MapGet("/{id}/html", ShowCapturedHtml.HandleAsync)
            .WithSummary("Its HTML in a sandbox")
            .Produces<string>(contentType: "text/html");
        captured
            .MapGet("/{id}/source", DownloadCaptured.HandleSource)
            .WithSummary("Its bytes to be read")
            .Produces<string>(contentType: "text/plain");
        captured
            .MapGet("/{id}/message", DownloadCaptured.Handle)
            .WithSummary("Its exact bytes")
            .Produces<string>(contentType: "message/rfc822");
        captured
            .MapGet("/{id}/attachments/{number:int}", DownloadAttachment.HandleAsync)
            .WithSummary("One attachment, to be saved")
            .Produces<string>(contentType: "application/octet-stream");
    }

    private static void MapConfiguration(this RouteGroupBuilder api)
    {
        var config = api.MapGroup("/config");
        config.MapGet("", ShowConfiguration.Handle).WithSummary("Every key in force with its source; secrets are not shown");
        config
            .MapPost("/check", CheckConfiguration.HandleAsync)
            .WithMetadata(ChangesNothing.Instance, new RequestSizeLimitAttribute(CheckConfiguration.LongestBody + 1))
            .WithSummary("A dry run of a configuration file")
            .Accepts<string>("application/json", "text/plain");
        config
            .MapPost("/reload", ReloadConfiguration.HandleAsync)
            .WithSummary("Reads the configuration again")
            .Produces<Reloading.ReloadResult>()
            .Produces<Reloading.ReloadResult>(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What every endpoint may answer besides.</summary>
    private static RouteGroupBuilder WithErrors(this RouteGroupBuilder api) =>
        api.ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
}
