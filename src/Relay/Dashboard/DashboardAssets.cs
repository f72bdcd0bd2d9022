using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Relay.Dashboard;

/// <summary>
/// <c>GET /assets/{name}</c>: scripts and styles of the dashboard. They lie within the assembly, so that they are there however the program was built, and
/// whatever folder it was copied to.
/// </summary>
internal static class DashboardAssets
{
    private const string Prefix = "dashboard/";

    private static readonly Assembly Home = typeof(DashboardAssets).Assembly;

    /// <summary>Filled as browsers ask: nothing is kept for a dashboard that nobody opens.</summary>
    private static readonly ConcurrentDictionary<string, Asset?> Known = new(StringComparer.Ordinal);

    public static IResult Handle(string name, HttpContext context)
    {
        // Only names that there are get into the dictionary: strangers must not fill it.
        if (TypeOf(name) is not { } type || (!Known.TryGetValue(name, out var asset) && (asset = Read(name)) is null))
        {
            return Results.NotFound();
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache"; // kept, and asked for again by its tag
        headers.Vary = HeaderNames.AcceptEncoding;
        var isZipped = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isZipped)
        {
            headers.ContentEncoding = "gzip";
        }

        var tag = new EntityTagHeaderValue($"\"{asset!.Hash}{(isZipped ? "-gz" : "")}\"");
        return isZipped
            ? TypedResults.Bytes(asset.Zipped, type, entityTag: tag)
            : TypedResults.Stream(Home.GetManifestResourceStream(Prefix + name)!, type, entityTag: tag);
    }

    private static string? TypeOf(string name) =>
        Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => null,
        };

    private static Asset? Read(string name)
    {
        using var stream = Home.GetManifestResourceStream(Prefix + name);
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return Known.GetOrAdd(name, new Asset(zipped.ToArray(), Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))));
    }

    private sealed record Asset(byte[] Zipped, string Hash);
}
