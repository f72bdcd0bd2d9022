using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Relay.Cli;

/// <summary>Talks to the HTTP side of a running relay. What goes wrong is an <see cref="AdminFailure"/> in words.</summary>
internal sealed class AdminClient : IDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A document on one line, for streams of them.</summary>
    public static readonly JsonSerializerOptions JsonLine = new(JsonSerializerDefaults.Web);

    private const int LongestLine = 200;
    private const int PieceSize = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    /// <summary>Where it asks.</summary>
    public Uri Address => _http.BaseAddress!;

    public AdminClient(Uri url, string? token)
    {
        // A proxy of the environment is for the way out, and no way to this machine: a health check in a container must not ask it.
        var handler = new SocketsHttpHandler { UseProxy = !url.IsLoopback };
        _http = new HttpClient(handler) { BaseAddress = url, Timeout = Patience };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        Read<T>((await SendAsync(HttpMethod.Get, path, null, cancellationToken)).Body);

    /// <summary>What the relay has there, as it stands.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, path, null, cancellationToken)).Body;

    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        Read<T>((await SendAsync(method, path, body, cancellationToken)).Body);

    /// <summary>As <see cref="SendAsync{T}"/>, where the answer to a refused request is of the same kind: 422 of a reload, 503 of readiness.</summary>
    public async Task<T> SendAnywayAsync<T>(HttpMethod method, string path, HttpStatusCode refusal, CancellationToken cancellationToken) =>
        Read<T>((await SendAsync(method, path, null, cancellationToken, refusal)).Body);

    /// <summary>Writes what the relay has there, byte for byte. Patience is for each piece: a large message over a slow line comes through.</summary>
    public async Task DownloadAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new AdminFailure(
                    Describe(response.StatusCode, await response.Content.ReadAsStringAsync(patience.Token)),
                    response.StatusCode
                );
            }

            await using var content = await response.Content.ReadAsStreamAsync(patience.Token);
            var buffer = new byte[PieceSize];
            int count;
            while ((count = await content.ReadAsync(buffer, patience.Token)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                patience.CancelAfter(Patience);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or HttpIOException)
        {
            throw NoAnswer(failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate();
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method,
        string path,
        object? body,
        CancellationToken cancellationToken,
        HttpStatusCode? accepted = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body, options: Json);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode || response.StatusCode == accepted
                ? (response.StatusCode, text)
                : throw new AdminFailure(Describe(response.StatusCode, text), response.StatusCode);
        }
        catch (HttpRequestException failure)
        {
            throw NoAnswer(failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate();
        }
    }

    private AdminFailure NoAnswer(Exception failure) =>
        new($"no relay answers on {_http.BaseAddress}: {failure.InnerException?.Message ?? failure.Message}");

    private AdminFailure TooLate() => new($"no relay answers on {_http.BaseAddress} within {Patience.TotalSeconds:0} s");

    private T Read<T>(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Json) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new AdminFailure($"what answers on {_http.BaseAddress} is not a relay of this version");
        }
    }

    private string Describe(HttpStatusCode status, string body)
    {
        if (status == HttpStatusCode.Unauthorized)
        {
            var hasToken = _http.DefaultRequestHeaders.Authorization is not null;
            return hasToken ? "the relay does not know this token" : "the relay wants a token: --token, or RELAY_TOKEN in the environment";
        }

        try
        {
            using var problem = JsonDocument.Parse(body);
            if (problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { Length: > 0 } text)
            {
                return text;
            }
        }
        catch (JsonException)
        {
            // No problem document: a line of text, or the number has to do.
        }

        var line = body.AsSpan().Trim();
        return line.Length is > 0 and <= LongestLine && !line.Contains('\n')
            ? $"the relay answered {(int)status}: {line}"
            : $"the relay answered {(int)status}";
    }
}
