using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Relay.Core.Configuration;

namespace Relay.Webhooks;

/// <summary>Posts events: certificates are verified, redirects are not followed, cookies not kept, and of an answer only its status counts.</summary>
internal sealed class WebhookClient(TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // events, and their signature, are for this address and no other
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // an address may move
            ActivityHeadersPropagator = null,
        }
    );

    /// <summary>Never throws for what a receiver or a network may do.</summary>
    /// <returns>Null when it was taken; else why not, in words that hold nothing of the URL but its host.</returns>
    public async Task<string?> PostAsync(WebhookOptions options, string id, string kind, byte[] body, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        var url = new Uri(options.Url, UriKind.Absolute);
        try
        {
            using var request = Compose(url, options, id, kind, body);
            using var response = await _http.SendAsync(request, either.Token);
            return WhyNot(response.StatusCode, url);
        }
        catch (OperationCanceledException)
        {
            return $"{url.Host} did not answer within {options.Timeout:c}";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return $"{url.Host} cannot be told: {exception.GetBaseException().Message}";
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Compose(Uri url, WebhookOptions options, string id, string kind, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Relay", null));
        request.Headers.Add("Relay-Event", kind);
        request.Headers.Add("Relay-Delivery", id);
        if (!string.IsNullOrEmpty(options.Secret))
        {
            request.Headers.Add("Relay-Signature", WebhookBody.Sign(options.Secret, time.GetUtcNow().ToUnixTimeSeconds(), body));
        }

        return request;
    }

    private static string? WhyNot(HttpStatusCode status, Uri url) =>
        (int)status switch
        {
            >= 200 and < 300 => null,
            >= 300 and < 400 => $"{url.Host} answered {(int)status}, and redirects are not followed",
            _ => string.Create(CultureInfo.InvariantCulture, $"{url.Host} answered {(int)status}"),
        };
}
