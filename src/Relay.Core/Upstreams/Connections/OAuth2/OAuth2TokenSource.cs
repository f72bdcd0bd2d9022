using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>
/// The access token of one account: fetched when first needed, kept in memory, renewed ahead of its end. At most one request is under way, and whoever needs a
/// token meanwhile waits for that one; after a failure the endpoint is left alone for a while, and everybody is told why.
/// </summary>
internal sealed partial class OAuth2TokenSource(
    OAuth2Options options,
    string user,
    TokenEndpointClient endpoint,
    TimeProvider time,
    ILogger<OAuth2TokenSource> logger
)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPauseOnRequest = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly RefreshTokenKeeper _refreshTokens = new(options);
    private AccessToken? _current;
    private Task<TokenResult>? _request;
    private TokenProblem? _problem;
    private long _pausedUntil;
    private int _failuresInARow;
    private bool _hasWarnedOfMemory;

    /// <summary>A token that can be used now, or why there is none. Never throws for what an endpoint or a file may do.</summary>
    /// <exception cref="OperationCanceledException">The caller does not want to wait any more; the request goes on for the others.</exception>
    public Task<TokenResult> GetAsync(CancellationToken cancellationToken)
    {
        Task<TokenResult> request;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var isPaused = _problem is not null && now < _pausedUntil;
            if (_current is { } current && current.MayServe(now))
            {
                if (current.IsDueForRenewal(now) && !isPaused)
                {
                    _request ??= BeginLocked(); // nobody waits for it: the old one still serves
                }

                return Task.FromResult(new TokenResult(current, null));
            }

            if (_request is null && isPaused)
            {
                return Task.FromResult(new TokenResult(null, _problem));
            }

            request = _request ??= BeginLocked();
        }

        return request.WaitAsync(cancellationToken);
    }

    /// <summary>The server does not let anybody in with this token; it is not used again.</summary>
    /// <param name="token">The token that was shown.</param>
    /// <param name="reply">The server's words.</param>
    /// <returns>
    /// Whether it is worth asking for another: this one has worked before, so that it was revoked, or there is a newer one already. One that never worked says
    /// that the account may not send, and the next one would say so too: a minute passes before it is asked for.
    /// </returns>
    public bool Refused(AccessToken token, string reply)
    {
        lock (_lock)
        {
            if (_current != token)
            {
                return token.HasWorked || _current is not null;
            }

            _current = null;
            if (!token.HasWorked)
            {
                _problem = TokenProblem.Refused($"the server refused the last access token: {reply}");
                _pausedUntil = In(LongestPause);
            }

            return token.HasWorked;
        }
    }

    /// <summary>On a thread of its own account: it reads files, and whoever asked first may go away.</summary>
    private Task<TokenResult> BeginLocked() => Task.Run(RequestAsync, CancellationToken.None);

    private async Task<TokenResult> RequestAsync()
    {
        TokenResult result;
        try
        {
            result = await AskAsync();
        }
        catch (Exception exception)
        {
            LogDefect(exception, user);
            result = new TokenResult(null, TokenProblem.Unavailable("a defect of Relay"));
        }

        lock (_lock)
        {
            _request = null;
            SettleLocked(result);
        }

        return result;
    }

    private async Task<TokenResult> AskAsync()
    {
        var begin = time.GetTimestamp(); // the token's time began at the latest when it was asked for
        TokenRequest request;
        try
        {
            request = new TokenRequests(options, user, _refreshTokens, time).Next();
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or CryptographicException
                        or ArgumentException
            )
        {
            return new TokenResult(null, TokenProblem.Refused(exception.Message));
        }

        var answer = await endpoint.AskAsync(request, options.Timeout);
        if (answer.AccessToken is not { } value)
        {
            return new TokenResult(null, answer.Problem);
        }

        if (options.HasRefreshToken)
        {
            Keep(answer.RefreshToken);
        }

        LogObtained(user, request.EndpointName, answer.Lifetime);
        return new TokenResult(Make(value, begin, answer.Lifetime), null);
    }

    /// <summary>Renewed in the last fifth of its time, five minutes before its end at most; not used in the last tenth, a minute at most.</summary>
    private AccessToken Make(string value, long begin, TimeSpan lifetime)
    {
        var renewal = Math.Min(lifetime.TotalSeconds / 5, 300);
        var reserve = Math.Min(lifetime.TotalSeconds / 10, 60);
        return new AccessToken(value, At(lifetime.TotalSeconds - renewal), At(lifetime.TotalSeconds - reserve));

        long At(double seconds) => begin + (long)(seconds * time.TimestampFrequency);
    }

    private void SettleLocked(TokenResult result)
    {
        _problem = result.Problem;
        if (result.Problem is not { } problem)
        {
            _current = result.Token;
            _failuresInARow = 0;
            return;
        }

        _failuresInARow++;
        var pause = PauseAfter(problem);
        _pausedUntil = In(pause);
        LogFailed(problem.IsRefusal ? LogLevel.Error : LogLevel.Warning, user, problem.Text, pause);
    }

    /// <summary>1, 2, 4 … 60 s; a minute at once after a refusal, which somebody has to look at; or what the endpoint asked for.</summary>
    private TimeSpan PauseAfter(TokenProblem problem)
    {
        var doublings = Math.Min(_failuresInARow - 1, 10);
        var usual = problem.IsRefusal ? LongestPause : FirstPause * (1 << doublings);
        usual = usual < LongestPause ? usual : LongestPause;
        var asked = problem.RetryAfter is { } wanted && wanted > usual ? wanted : usual;
        return asked < LongestPauseOnRequest ? asked : LongestPauseOnRequest;
    }

    private long In(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    private void Keep(string? refreshToken)
    {
        switch (_refreshTokens.Keep(refreshToken, out var failure))
        {
            case RefreshTokenFate.Written:
                LogWritten(user, options.RefreshTokenFile);
                break;
            case RefreshTokenFate.NotWritten:
                LogNotWritten(user, options.RefreshTokenFile, failure);
                break;
            case RefreshTokenFate.InMemory when !_hasWarnedOfMemory:
                _hasWarnedOfMemory = true; // some give a new one each time
                LogInMemory(user);
                break;
            default:
                break;
        }
    }

    [LoggerMessage(
        EventId = 320,
        EventName = "TokenFailed",
        Message = "No access token for {User}: {Problem}; not asked again for {Pause:c}"
    )]
    private partial void LogFailed(LogLevel level, string user, string problem, TimeSpan pause);

    [LoggerMessage(
        EventId = 321,
        EventName = "TokenObtained",
        Level = LogLevel.Debug,
        Message = "{Endpoint} gave an access token for {User}, good for {Lifetime:c}"
    )]
    private partial void LogObtained(string user, string endpoint, TimeSpan lifetime);

    [LoggerMessage(
        EventId = 322,
        EventName = "RefreshTokenWritten",
        Level = LogLevel.Information,
        Message = "The refresh token for {User} was renewed and is written to {File}"
    )]
    private partial void LogWritten(string user, string? file);

    [LoggerMessage(
        EventId = 323,
        EventName = "RefreshTokenNotWritten",
        Level = LogLevel.Error,
        Message = "The refresh token for {User} was renewed and cannot be written to {File}, so that a restart would use the old one: {Failure}"
    )]
    private partial void LogNotWritten(string user, string? file, string failure);

    [LoggerMessage(
        EventId = 324,
        EventName = "RefreshTokenInMemory",
        Level = LogLevel.Warning,
        Message = "The refresh token for {User} was renewed and is kept in memory only: a restart uses the one of the configuration, unless it is in a RefreshTokenFile"
    )]
    private partial void LogInMemory(string user);

    [LoggerMessage(
        EventId = 325,
        EventName = "TokenDefect",
        Level = LogLevel.Error,
        Message = "A token request for {User} ended by a defect"
    )]
    private partial void LogDefect(Exception exception, string user);
}
