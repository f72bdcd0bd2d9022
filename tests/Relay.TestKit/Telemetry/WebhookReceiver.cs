using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Relay.TestKit.Telemetry;

/// <summary>A real receiver of webhooks on a free port of 127.0.0.1, with good and bad days.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<PostedEvent> _posted = new();
    private readonly ConcurrentQueue<int> _answers = new();
    private volatile TaskCompletionSource? _gate;

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/hook";

    /// <summary>Every request, whatever it was answered.</summary>
    public IReadOnlyList<PostedEvent> Posted => [.. _posted];

    /// <summary>Those that were answered 200.</summary>
    public IReadOnlyList<PostedEvent> Taken => [.. _posted.Where(static posted => posted.Answer == 200)];

    public static async Task<WebhookReceiver> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    endpoint =>
                    {
                        if (certificate is not null)
                        {
                            endpoint.UseHttps(certificate);
                        }
                    }
                )
            );
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>The next requests are answered so, one after the other; those that follow with 200.</summary>
    public void AnswerNext(params int[] statuses)
    {
        foreach (var status in statuses)
        {
            _answers.Enqueue(status);
        }
    }

    /// <summary>From now on nothing is answered until <see cref="Release"/>.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    /// <summary>Waits for an event that was taken.</summary>
    public async Task<PostedEvent> TakenAsync(string kind)
    {
        await Until.TrueAsync(() => Taken.Any(posted => posted.Kind == kind), $"the webhook is told of {kind}", TimeSpan.FromSeconds(40));
        return Taken.First(posted => posted.Kind == kind);
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var status = _answers.TryDequeue(out var next) ? next : 200;
        _posted.Enqueue(
            new PostedEvent(
                status,
                context.Request.Headers["Relay-Event"].ToString(),
                context.Request.Headers["Relay-Delivery"].ToString(),
                context.Request.Headers["Relay-Signature"].ToString(),
                buffer.ToArray()
            )
        );
        if (_gate is { } gate)
        {
            await gate.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = status is >= 300 and < 400 ? Url + "/elsewhere" : default;
    }
}

/// <summary>One request of a webhook.</summary>
/// <param name="Answer">The status that it was answered with.</param>
/// <param name="Kind">The header field <c>Relay-Event</c>.</param>
/// <param name="Id">The header field <c>Relay-Delivery</c>.</param>
/// <param name="Signature">The header field <c>Relay-Signature</c>.</param>
/// <param name="Body">As it came.</param>
public sealed record PostedEvent(int Answer, string Kind, string Id, string Signature, byte[] Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}
