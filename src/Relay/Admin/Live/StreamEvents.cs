using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Relay.Admin.Captured;
using Relay.Core.Capture;
using Relay.Core.Telemetry.Trail;
using Relay.Live;
using Relay.Trails;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Relay.Admin.Live;

/// <summary>
/// <c>GET /api/v1/events?types=</c>: what happens, as it happens (server-sent events). It ends when the process does; whoever reads too slowly is told how much was left out.
/// </summary>
internal sealed class StreamEvents(EventFeed feed, IHostApplicationLifetime lifetime, IOptions<JsonOptions> json, TimeProvider time)
{
    /// <summary>Proxies close connections on which nothing comes.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>How long somebody who was left something out waits to learn of it, at most.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(10);

    public static Task<IResult> HandleAsync(HttpContext context, StreamEvents events, string? types = null) =>
        events.HandleAsync(context, types);

    private async Task<IResult> HandleAsync(HttpContext context, string? types)
    {
        var kinds = (
            string.IsNullOrEmpty(types)
                ? EventKind.All
                : types.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        ).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (kinds.FirstOrDefault(static kind => !EventKind.All.Contains(kind, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            return Problems.BadRequest($"types: \"{unknown}\" is none of {string.Join(", ", EventKind.All)}.");
        }

        if (feed.TryOpen(kinds) is not { } reader)
        {
            return Problems.Unavailable($"{EventFeed.MostReaders} others watch already.");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(context.Response, reader, end.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            return TypedResults.Empty; // the reader has gone, or did not read, or the process ends
        }
        finally
        {
            feed.Close(reader);
        }

        return TypedResults.Empty;
    }

    private async Task SendAsync(HttpResponse response, EventReader reader, CancellationToken end)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(response, "retry: 2000\n\n", end);
        for (var number = 1L; ; )
        {
            var text = new StringBuilder();
            while (text.Length < 64 * 1024 && reader.TryRead(out var happened))
            {
                Add(text, number++, happened.Kind, ContentOf(happened));
            }

            if (reader.TakeDropped() is > 0 and var dropped)
            {
                Add(text, number++, "dropped", new { count = dropped });
            }

            await WriteAsync(response, text.Length > 0 ? text.ToString() : ": nothing new\n\n", end);
            await WaitAsync(reader, end);
        }
    }

    /// <summary>Until there is something, or a sign of life is due. What was left out wakes nobody (it would come in floods); it is looked for in between.</summary>
    private async Task WaitAsync(EventReader reader, CancellationToken end)
    {
        var since = time.GetTimestamp();
        while (!await IsThereSomethingAsync(reader, end) && !reader.HasDropped && time.GetElapsedTime(since) < Silence)
        {
            continue;
        }
    }

    private async Task<bool> IsThereSomethingAsync(EventReader reader, CancellationToken end)
    {
        using var glance = new CancellationTokenSource(Glance, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(glance.Token, end);
        try
        {
            await reader.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WriteAsync(HttpResponse response, string text, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(WritePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, end);
        await response.WriteAsync(text, either.Token);
        await response.Body.FlushAsync(either.Token);
    }

    private void Add(StringBuilder text, long number, string kind, object content) =>
        text.Append("id: ")
            .Append(number)
            .Append("\nevent: ")
            .Append(kind)
            .Append("\ndata: ")
            .Append(JsonSerializer.Serialize(content, content.GetType(), json.Value.SerializerOptions))
            .Append("\n\n");

    /// <summary>What the endpoints of the same thing would show of it.</summary>
    private static object ContentOf(LiveEvent happened) =>
        happened.Content switch
        {
            TrailEntry entry => MessageSummary.Of([entry]),
            CaptureChange change => new CapturedEvent(
                change.Kind.ToString().ToLowerInvariant(),
                change.Id?.ToString(),
                change.Message is { } message ? CapturedItem.Of(message) : null
            ),
            var content => content,
        };

    /// <param name="Change"><c>arrived</c>, <c>read</c> or <c>deleted</c>.</param>
    /// <param name="Id">Which mail; null when it is about many.</param>
    /// <param name="Message">The mail that arrived; null otherwise.</param>
    private sealed record CapturedEvent(string Change, string? Id, CapturedItem? Message);
}
