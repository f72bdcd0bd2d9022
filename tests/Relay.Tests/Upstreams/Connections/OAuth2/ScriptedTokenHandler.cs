using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Web;

namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>A token endpoint within the process: answers in the order of a script, the last one again and again, and counts.</summary>
internal sealed class ScriptedTokenHandler : HttpMessageHandler
{
    private readonly ConcurrentQueue<Func<HttpResponseMessage>> _script = new();
    private volatile TaskCompletionSource? _gate;
    private int _requests;
    private int _underWay;
    private int _mostAtOnce;

    public int Requests => Volatile.Read(ref _requests);

    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    /// <summary>The forms that came.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Forms { get; } = new();

    public ScriptedTokenHandler ThenToken(string token, int lifetime = 3600, string? refreshToken = null) =>
        ThenJson(
            $$"""{"token_type":"Bearer","access_token":"{{token}}","expires_in":{{lifetime}}{{(refreshToken is null ? "" : $",\"refresh_token\":\"{refreshToken}\"")}}}"""
        );

    public ScriptedTokenHandler ThenJson(string json, int status = 200, TimeSpan? retryAfter = null) =>
        Then(() =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(json, Encoding.UTF8, "application/json"),
            };
            response.Headers.RetryAfter = retryAfter is { } delta ? new(delta) : null;
            return response;
        });

    public ScriptedTokenHandler Then(Func<HttpResponseMessage> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _underWay));
        try
        {
            var form = HttpUtility.ParseQueryString(await request.Content!.ReadAsStringAsync(cancellationToken));
            Forms.Enqueue(form.AllKeys.ToDictionary(static key => key!, key => form[key]!, StringComparer.Ordinal));
            if (_gate is { } gate)
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            return Next()();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private Func<HttpResponseMessage> Next() =>
        _script.Count > 1 && _script.TryDequeue(out var answer) ? answer
        : _script.TryPeek(out var last) ? last
        : throw new InvalidOperationException("There is no script.");
}
