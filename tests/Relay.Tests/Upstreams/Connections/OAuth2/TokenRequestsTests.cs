using Relay.Core.Configuration;
using Relay.TestKit.OAuth2;

namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>What each grant shows, and to whom.</summary>
internal sealed class TokenRequestsTests : TokenSourceFixture
{
    [TestCaseSource(nameof(Grants))]
    public async Task A_grant_shows_what_its_provider_wants(OAuth2Options options, string[] fields)
    {
        Endpoint.ThenToken("one");
        Use(options);

        await TokenAsync();

        Assert.That(Endpoint.Forms.Single().Select(static field => $"{field.Key}={field.Value}"), Is.EquivalentTo(fields));
    }

    [TestCaseSource(nameof(Places))]
    public void A_shorthand_stands_for_an_endpoint(OAuth2Options options, string? endpoint) =>
        Assert.That(options.EndpointInUse, Is.EqualTo(endpoint));

    [Test]
    public void Upstreams_that_would_ask_for_the_same_token_share_it()
    {
        var tokens = Tokens();
        var first = new UpstreamOptions { UserName = "a@example.com", OAuth2 = Credentials with { ClientId = "x" } };
        var account = new OAuth2Options { ServiceAccountFile = "key.json" };

        var source = tokens.For(first);

        Assert.That(tokens.For(first with { UserName = "b@example.com", OAuth2 = Credentials with { ClientId = "x" } }), Is.SameAs(source));
        Assert.That(tokens.For(first with { OAuth2 = Credentials }), Is.Not.SameAs(source));
        Assert.That(
            tokens.For(first with { OAuth2 = account }),
            Is.Not.SameAs(tokens.For(first with { UserName = "b", OAuth2 = account }))
        );
        GC.KeepAlive(source);
    }

    [Test]
    public async Task A_service_account_shows_a_statement_that_it_signed()
    {
        using var check = new AssertionCheck { Subject = "user@example.com" };
        using var folder = new TemporaryFolder();
        var file = folder.Write("key.json", check.KeyFile("https://oauth2.example.com/token"));
        Endpoint.ThenToken("one");
        Use(new OAuth2Options { ServiceAccountFile = file });

        Assert.That(await TokenAsync(), Is.EqualTo("one"));

        var form = Endpoint.Forms.Single();
        Assert.That(form["grant_type"], Is.EqualTo("urn:ietf:params:oauth:grant-type:jwt-bearer"));
        Assert.That(check.Problem(form["assertion"], "https://oauth2.example.com/token", Time.GetUtcNow()), Is.Null);
        Assert.That(form, Has.Count.EqualTo(2));
    }

    private static IEnumerable<TestCaseData> Grants()
    {
        const string Id = "client_id=client";
        const string Secret = "client_secret=secret";
        var client = new OAuth2Options { ClientId = "client", ClientSecret = "secret" };
        yield return Case(
            client with
            {
                TenantId = "example.onmicrosoft.com",
            },
            "grant_type=client_credentials",
            Id,
            Secret,
            "scope=https://outlook.office365.com/.default"
        );
        yield return Case(
            client with
            {
                TenantId = "t",
                ClientSecret = null,
                RefreshToken = "r",
            },
            "grant_type=refresh_token",
            "refresh_token=r",
            Id,
            "scope=https://outlook.office.com/SMTP.Send offline_access"
        );
        yield return Case(
            client with
            {
                Provider = OAuth2Provider.Google,
                RefreshToken = "r",
            },
            "grant_type=refresh_token",
            "refresh_token=r",
            Id,
            Secret
        );
        yield return Case(
            client with
            {
                TokenEndpoint = "https://login.example.com/token",
                Scope = "smtp send",
            },
            "grant_type=client_credentials",
            Id,
            Secret,
            "scope=smtp send"
        );
    }

    private static IEnumerable<TestCaseData> Places()
    {
        yield return Place(new OAuth2Options { TenantId = "t-1" }, "https://login.microsoftonline.com/t-1/oauth2/v2.0/token");
        yield return Place(new OAuth2Options { Provider = OAuth2Provider.Google }, "https://oauth2.googleapis.com/token");
        yield return Place(new OAuth2Options { TokenEndpoint = "https://x/y" }, "https://x/y");
        yield return Place(new OAuth2Options { ServiceAccountFile = "f" }, null);
    }

    private static TestCaseData Case(OAuth2Options options, params string[] fields) =>
        new TestCaseData(options, fields).SetArgDisplayNames(fields[0], fields[^1]);

    private static TestCaseData Place(OAuth2Options options, string? endpoint) =>
        new TestCaseData(options, endpoint).SetArgDisplayNames(endpoint ?? "of the file");
}
