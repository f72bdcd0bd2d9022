using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections.OAuth2;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>A token source over a scripted endpoint, on a clock that only the test moves.</summary>
internal abstract class TokenSourceFixture
{
    protected static readonly OAuth2Options Credentials = new()
    {
        TokenEndpoint = "https://login.example.com/token",
        ClientId = "client",
        ClientSecret = "s3cret-of-the-client",
    };

    protected TestClock Time { get; private set; } = null!;

    protected ScriptedTokenHandler Endpoint { get; private set; } = null!;

    protected OAuth2TokenSource Source { get; private set; } = null!;

    private TokenEndpointClient? _client;

    [SetUp]
    public void SetUpSource()
    {
        Time = new TestClock(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Endpoint = new ScriptedTokenHandler();
        _client = TokenEndpointClient.Over(Endpoint, Time);
        Use(Credentials);
    }

    [TearDown]
    public void TearDownSource()
    {
        Endpoint.Release();
        _client?.Dispose();
        Endpoint.Dispose();
    }

    protected void Use(OAuth2Options options) =>
        Source = new OAuth2TokenSource(options, "user@example.com", _client!, Time, NullLogger<OAuth2TokenSource>.Instance);

    protected OAuth2Tokens Tokens() => new(_client!, Time, NullLogger<OAuth2TokenSource>.Instance);

    protected Task<TokenResult> GetAsync() => Source.GetAsync(CancellationToken.None);

    protected async Task<string> TokenAsync()
    {
        var (token, problem) = await GetAsync();
        return token?.Value ?? $"none: {problem!.Text}";
    }

    protected async Task<TokenProblem> ProblemAsync() =>
        (await GetAsync()).Problem ?? throw new InvalidOperationException("There is a token.");

    protected Task RequestsAsync(int count) => Until.TrueAsync(() => Endpoint.Requests == count, $"request {count} has come");
}
