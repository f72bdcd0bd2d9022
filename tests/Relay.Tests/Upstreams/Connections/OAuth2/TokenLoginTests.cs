using Relay.Core.Configuration;
using Relay.Core.Forwarding;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>Sessions that log in with an access token, by either client, and what it means when they cannot.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class TokenLoginTests(UpstreamClient client) : TokenSourceFixture
{
    private const string User = "us=er,name@example.com";

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private ScriptedUpstream _upstream = null!;
    private UpstreamBench _bench = null!;

    [SetUp]
    public void SetUpBench()
    {
        _taken.Clear();
        _upstream = new ScriptedUpstream();
        Offer("PLAIN LOGIN XOAUTH2 OAUTHBEARER");
        var options = new UpstreamOptions
        {
            Address = "localhost:25",
            Client = client,
            Tls = UpstreamTls.None,
            UserName = User,
            OAuth2 = Credentials,
        };
        _bench = UpstreamBench.InProcess(_upstream, Time, options, Tokens());
    }

    [TearDown]
    public async Task TearDownBench()
    {
        await _bench.DisposeAsync();
        await _upstream.DisposeAsync(); // throws when a challenge was not answered as it should be
    }

    [TestCase("PLAIN LOGIN XOAUTH2 OAUTHBEARER", null, "OAUTHBEARER")]
    [TestCase("LOGIN XOAUTH2", null, "XOAUTH2")]
    [TestCase("XOAUTH2 OAUTHBEARER", "xoauth2", "XOAUTH2")]
    public async Task The_token_is_shown_by_a_mechanism_that_is_made_for_it(string offered, string? wanted, string used)
    {
        Endpoint.ThenToken("one");
        _taken.Add("one");
        Offer(offered);
        _bench.Options = _bench.Options with { AuthMechanism = wanted };

        var session = await _bench.OpenAsync();

        Assert.That((await session.TransactAsync(UpstreamBench.Message(), default)).Dot?.Code, Is.EqualTo(250));
        Assert.That(Tried, Is.EqualTo([used]));
        Assert.That(_upstream.Logins, Is.EqualTo([(User, "one")]));
    }

    [Test]
    public async Task A_server_that_offers_none_of_them_is_shown_nothing()
    {
        Endpoint.ThenToken("one");
        Offer("PLAIN LOGIN");

        var failure = await _bench.FailToOpenAsync();

        Assert.That((failure.Kind, Tried.Length), Is.EqualTo((UpstreamFailureKind.AuthNotOffered, 0)));
    }

    [TestCase("XOAUTH2")]
    [TestCase("OAUTHBEARER")]
    public async Task A_token_that_was_revoked_is_replaced_within_the_same_opening(string mechanism)
    {
        Endpoint.ThenToken("one").ThenToken("two");
        Offer(mechanism);
        _taken.Add("one");
        await _bench.OpenAsync();

        _taken.Clear();
        _taken.Add("two");
        await _bench.OpenAsync();

        Assert.That(_upstream.Logins.Select(static login => login.Password), Is.EqualTo(["one", "one", "two"]));
        Assert.That(Endpoint.Requests, Is.EqualTo(2));
    }

    [TestCase("XOAUTH2")]
    [TestCase("OAUTHBEARER")]
    public async Task A_token_that_never_worked_is_shown_once_and_told_with_the_servers_reply(string mechanism)
    {
        Endpoint.ThenToken("one").ThenToken("two");
        Offer(mechanism);

        var failure = await _bench.FailToOpenAsync();
        var again = await _bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Reply?.Code), Is.EqualTo((TransactionStage.Auth, 535)));
        Assert.That(again.ToString(), Does.StartWith("TokenRefused at Auth: the server refused the last access token: 535 5.7.8"));
        Assert.That((BlameFor(failure), BlameFor(again)), Is.EqualTo((Blame.Credentials, Blame.Credentials)));
        Assert.That((_upstream.Logins.Count, Endpoint.Requests), Is.EqualTo((1, 1)), "no login storm");
    }

    [Test]
    public async Task A_server_that_refuses_the_new_token_too_is_not_asked_a_third_time()
    {
        Endpoint.ThenToken("one").ThenToken("two").ThenToken("three");
        _taken.Add("one");
        await _bench.OpenAsync();

        _taken.Clear();
        var failure = await _bench.FailToOpenAsync();

        Assert.That(failure.Reply?.Code, Is.EqualTo(535));
        Assert.That((_upstream.Logins.Count, Endpoint.Requests), Is.EqualTo((3, 2)));
    }

    [Test]
    public async Task A_refusal_of_the_endpoint_counts_as_refused_credentials_and_nobody_is_connected_to()
    {
        Endpoint.ThenJson("""{"error":"invalid_grant","error_description":"AADSTS700082: expired"}""", 400);

        var failure = await _bench.FailToOpenAsync();

        Assert.That(
            failure.ToString(),
            Is.EqualTo("TokenRefused at Auth: https://login.example.com/token answered 400 invalid_grant: AADSTS700082: expired")
        );
        Assert.That((BlameFor(failure), _upstream.ConnectionCount), Is.EqualTo((Blame.Credentials, 0)));
    }

    [Test]
    public async Task An_endpoint_that_fails_counts_against_the_upstream_and_nobody_is_connected_to()
    {
        Endpoint.ThenJson("", 500);

        var failure = await _bench.FailToOpenAsync();

        Assert.That((failure.Kind, BlameFor(failure)), Is.EqualTo((UpstreamFailureKind.TokenUnavailable, Blame.Host)));
        Assert.That(_upstream.ConnectionCount, Is.Zero);
    }

    [Test]
    public async Task Who_does_not_want_to_wait_for_the_token_any_more_blames_nobody()
    {
        Endpoint.ThenToken("one").Hold();
        using var withdrawn = new CancellationTokenSource();
        var opening = _bench.Factory.OpenAsync(client: null, withdrawn.Token).AsTask();
        await RequestsAsync(1);

        await withdrawn.CancelAsync();

        Assert.That(BlameFor((await opening).Failure!), Is.EqualTo(Blame.Nobody));
    }

    private static Blame BlameFor(UpstreamFailure failure) =>
        ReplyClassifier.Classify(failure, new ReplyContext(false, RefusedHandling.Final)).Blame;

    private string[] Tried =>
        [
            .. _upstream
                .Commands.Where(static line => line.StartsWith("AUTH ", StringComparison.Ordinal))
                .Select(static line => line.Split(' ')[1]),
        ];

    private void Offer(string mechanisms) =>
        _upstream.Options = new ScriptedUpstreamOptions
        {
            UserName = User,
            Mechanisms = mechanisms,
            TakesToken = _taken.Contains,
        };
}
