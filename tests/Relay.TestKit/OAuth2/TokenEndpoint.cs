using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Relay.TestKit.OAuth2;

/// <summary>
/// A real token endpoint (RFC 6749) on a free port of 127.0.0.1: one client, with client credentials, refresh tokens that may be rotated, or a service account whose
/// signature it checks. It counts what it is asked and how much at once, and does on demand what endpoints do on bad days.
/// </summary>
public sealed class TokenEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _good = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource? _gate;
    private int _underWay;
    private int _requests;

    private TokenEndpoint(WebApplication app) => _app = app;

    /// <summary>Where tokens are asked for.</summary>
    public string Address => _app.Urls.Single() + "/token";

    public string ClientId { get; init; } = "relay-client";

    public string ClientSecret { get; init; } = "cs-right-4be1d6f0a7";

    /// <summary>The only refresh token that is taken; null: none is known.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>Each answer brings a new refresh token, and the old one is taken no more.</summary>
    public bool RotatesRefreshTokens { get; set; }

    /// <summary>Checks assertions of a service account; null: there is none.</summary>
    public AssertionCheck? ServiceAccount { get; set; }

    /// <summary>Seconds that a token is said to be good for; it is taken until it is revoked.</summary>
    public int Lifetime { get; set; } = 3600;

    /// <summary>Answered in place of anything else, as long as it is set.</summary>
    public CannedAnswer? Instead { get; set; }

    /// <summary>Requests that have come.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The most that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The forms that came.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Forms { get; } = new();

    /// <summary>Access and refresh tokens that were given.</summary>
    public ConcurrentQueue<string> Given { get; } = new();

    /// <param name="configure">Changes it before it takes requests.</param>
    /// <param name="certificate">Speaks TLS with it.</param>
    public static async Task<TokenEndpoint> StartAsync(Action<TokenEndpoint>? configure = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrel()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    listener =>
                    {
                        if (certificate is not null)
                        {
                            listener.UseHttps(certificate);
                        }
                    }
                )
            );
        var endpoint = new TokenEndpoint(builder.Build());
        configure?.Invoke(endpoint);
        endpoint._app.Run(endpoint.HandleAsync);
        await endpoint._app.StartAsync();
        return endpoint;
    }

    /// <summary>Whether an SMTP server should let somebody in with it.</summary>
    public bool IsGood(string token)
    {
        lock (_lock)
        {
            return _good.Contains(token);
        }
    }

    /// <summary>No token that was given is good any more.</summary>
    public void RevokeAll()
    {
        lock (_lock)
        {
            _good.Clear();
        }
    }

    /// <summary>Requests are not answered from now on.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends <see cref="Hold"/>.</summary>
    public void Release()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        lock (_lock)
        {
            _requests++;
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
        }

        try
        {
            await AnswerAsync(context);
        }
        catch (OperationCanceledException)
        {
            return; // the client does not wait any more
        }
        finally
        {
            lock (_lock)
            {
                _underWay--;
            }
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var form = (await context.Request.ReadFormAsync(context.RequestAborted)).ToDictionary(
            static field => field.Key,
            static field => field.Value.ToString(),
            StringComparer.Ordinal
        );
        Forms.Enqueue(form);
        if (_gate is { } gate)
        {
            await gate.Task.WaitAsync(context.RequestAborted);
        }

        await (Instead ?? Answer(form)).WriteAsync(context);
    }

    private CannedAnswer Answer(Dictionary<string, string> form)
    {
        lock (_lock)
        {
            return form.GetValueOrDefault("grant_type") switch
            {
                "urn:ietf:params:oauth:grant-type:jwt-bearer" => ServiceAccount?.Problem(
                    form["assertion"],
                    Address,
                    TimeProvider.System.GetUtcNow()
                )
                    is { } problem
                    ? CannedAnswer.Error("invalid_grant", problem)
                    : GiveLocked(null),
                _ when (form["client_id"], form.GetValueOrDefault("client_secret")) != (ClientId, ClientSecret) => CannedAnswer.Error(
                    "invalid_client",
                    $"AADSTS7000215: Invalid client secret provided: {form.GetValueOrDefault("client_secret")}\r\nTrace ID: 1",
                    401
                ),
                "client_credentials" => GiveLocked(null),
                "refresh_token" when form["refresh_token"] == RefreshToken => GiveLocked(
                    RotatesRefreshTokens ? RefreshToken = New("rt-") : null
                ),
                "refresh_token" => CannedAnswer.Error("invalid_grant", "Token has been expired or revoked."),
                _ => CannedAnswer.Error("unsupported_grant_type", "no"),
            };
        }
    }

    private CannedAnswer GiveLocked(string? refreshToken)
    {
        var token = New("at-");
        _good.Add(token);
        return CannedAnswer.Token(token, Lifetime, refreshToken);
    }

    private string New(string prefix)
    {
        var token = prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Given.Enqueue(token);
        return token;
    }
}
