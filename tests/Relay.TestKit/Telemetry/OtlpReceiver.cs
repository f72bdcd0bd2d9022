using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Relay.TestKit.Telemetry;

/// <summary>A real receiver of OTLP on a free port of 127.0.0.1, by HTTP or by gRPC, that looks into what it gets.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefix = 5;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentDictionary<string, string> _metrics = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _keys = new();
    private readonly ConcurrentDictionary<string, string> _resource = new(StringComparer.Ordinal);

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>As <c>OtlpEndpoint</c>.</summary>
    public string Endpoint => _app.Urls.Single();

    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>Units by the names of instruments.</summary>
    public IReadOnlyDictionary<string, string> Metrics => _metrics;

    /// <summary>What the sender says of itself.</summary>
    public IReadOnlyDictionary<string, string> Resource => _resource;

    /// <summary>The header field <c>api-key</c> of each request.</summary>
    public IReadOnlyCollection<string> Keys => _keys;

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1)
            );
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(context => receiver.AnswerAsync(context, isGrpc));
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits for a span.</summary>
    public async Task<OtlpSpan> SpanAsync(Func<OtlpSpan, bool> condition, string what)
    {
        try
        {
            await Until.TrueAsync(() => _spans.Any(condition), $"the span of {what} comes");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} There are: {string.Join("; ", _spans)}", exception);
        }

        return _spans.First(condition);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, bool isGrpc)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        var message = isGrpc ? body.AsMemory(GrpcPrefix, (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1))) : body;
        var path = context.Request.Path.Value!;
        _keys.Enqueue(context.Request.Headers["api-key"].ToString());
        if (path.EndsWith("traces", StringComparison.Ordinal) || path.Contains("TraceService", StringComparison.Ordinal))
        {
            Keep(message, ReadSpan);
        }
        else
        {
            Keep(message, ReadMetric);
        }

        if (isGrpc)
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            context.Response.ContentType = "application/x-protobuf";
        }
    }

    /// <summary>Requests of both kinds are alike down to the third level: resource, scope, what there is of it.</summary>
    private void Keep(ReadOnlyMemory<byte> request, Action<ProtobufFields> read)
    {
        foreach (var resource in new ProtobufFields(request).Messages(1))
        {
            foreach (var (key, value) in resource.Messages(1).SelectMany(static description => Attributes(description, 1)))
            {
                _resource[key] = value;
            }

            foreach (var item in resource.Messages(2).SelectMany(static scope => scope.Messages(2)))
            {
                read(item);
            }
        }
    }

    private void ReadMetric(ProtobufFields metric) => _metrics[metric.Text(1)] = metric.Text(3);

    private void ReadSpan(ProtobufFields span) =>
        _spans.Enqueue(
            new OtlpSpan(span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Messages(15).Any(static status => status.Number(3) == 2))
            {
                Attributes = Attributes(span, 9),
                Links = [.. span.Messages(13).Select(static link => link.Hex(2))],
                Time = (span.Number(7), span.Number(8)),
            }
        );

    private static Dictionary<string, string> Attributes(ProtobufFields holder, int field) =>
        holder
            .Messages(field)
            .ToDictionary(static pair => pair.Text(1), static pair => Value(pair.Messages(2).Single()), StringComparer.Ordinal);

    private static string Value(ProtobufFields value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(2)
            ? value.Number(2) != 0 ? "true"
                : "false"
        : value.Number(3).ToString(CultureInfo.InvariantCulture);
}
