using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>
/// Asks token endpoints over HTTP: certificates are verified, redirects are not followed, cookies not kept, and an answer has a greatest size and a latest moment.
/// The only HTTP of the core.
/// </summary>
internal sealed class TokenEndpointClient : IDisposable
{
    /// <summary>Real answers have 1 to 8 KiB.</summary>
    private const int LargestAnswer = 64 * 1024;
    private const int LargestHeadersInKiB = 32;

    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;

    public TokenEndpointClient(TimeProvider time)
        : this(CreateHandler(), time) { }

    private TokenEndpointClient(HttpMessageHandler handler, TimeProvider time)
    {
        _http = new HttpMessageInvoker(handler);
        _time = time;
    }

    /// <summary>One that speaks by other means than the network.</summary>
    public static TokenEndpointClient Over(HttpMessageHandler handler, TimeProvider time) => new(handler, time);

    /// <summary>Never throws for what an endpoint or a network may do.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="timeout">From connecting to the last byte of the answer.</param>
    public async Task<TokenAnswer> AskAsync(TokenRequest request, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        try
        {
            return await AskAsync(request, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return Unavailable(request, $"did not answer within {timeout:c}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // What the outermost says is "see the inner one".
            return Unavailable(request, $"cannot be asked: {exception.GetBaseException().Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<TokenAnswer> AskAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Endpoint);
        using var form = new FormUrlEncodedContent(request.Fields);
        message.Content = form;
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await _http.SendAsync(message, cancellationToken);
        var retryAfter = response.Headers.RetryAfter?.Delta;
        return await ReadAsync(response.Content, cancellationToken) is { } body
            ? TokenAnswerReader.Read((int)response.StatusCode, body, retryAfter, request)
            : Unavailable(request, $"answered with more than {LargestAnswer / 1024} KiB: is this a token endpoint?");
    }

    /// <summary>The whole answer; null when it is too long.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LargestAnswer + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > LargestAnswer ? default(ReadOnlyMemory<byte>?) : buffer.AsMemory(0, length);
    }

    private static TokenAnswer Unavailable(TokenRequest request, string what) =>
        TokenAnswer.Failed(TokenProblem.Unavailable($"{request.EndpointName} {what}"));

    private static SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false, // the secrets are for this endpoint and no other
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = LargestHeadersInKiB,
            MaxResponseDrainSize = 0, // an answer that is too long costs its connection
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // an endpoint may move to another address
        };
}
