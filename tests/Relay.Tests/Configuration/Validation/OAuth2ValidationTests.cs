using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Tests.Configuration.Validation;

/// <summary>One case a rule: what breaks it and nothing else, and the error with its key.</summary>
internal sealed class OAuth2ValidationTests
{
    private static readonly OAuth2Options Entra = new()
    {
        TenantId = "example.onmicrosoft.com",
        ClientId = "client",
        ClientSecret = "secret",
    };
    private static readonly OAuth2Options Google = new()
    {
        Provider = OAuth2Provider.Google,
        ClientId = "client",
        ClientSecret = "secret",
        RefreshToken = "token",
    };
    private static readonly OAuth2Options Account = new() { ServiceAccountFile = "key.json" };
    private static readonly OAuth2Options Other = Entra with { TenantId = null, TokenEndpoint = "https://login.example.com/token" };

    [TestCaseSource(nameof(Sound))]
    public void A_sound_section_has_no_errors(OAuth2Options oauth2) => Assert.That(Validate(Upstream(oauth2)), Is.Empty);

    [TestCaseSource(nameof(Faults))]
    public void A_fault_is_reported_with_its_key(UpstreamOptions upstream, string expected)
    {
        var errors = Validate(upstream);

        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.StartWith($"U:{expected}"));
    }

    private static IEnumerable<TestCaseData> Sound()
    {
        yield return One(Entra, "client credentials");
        yield return One(Entra with { ClientSecret = null, ClientSecretFile = "file" }, "secret in a file");
        yield return One(Entra with { ClientSecret = null, RefreshTokenFile = "file" }, "public client");
        yield return One(Google, "Google");
        yield return One(Account, "service account");
        yield return One(Account with { Provider = OAuth2Provider.Google }, "service account of a named provider");
        yield return One(Other, "any endpoint");
        yield return One(Other with { TokenEndpoint = "http://127.0.0.1:8080/token" }, "loopback");
        yield return One(Other with { Scope = "a b" }, "scope");

        static TestCaseData One(OAuth2Options oauth2, string name) => new TestCaseData(oauth2).SetArgDisplayNames(name);
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault(Upstream(Entra) with { Kind = UpstreamKind.Capture, Address = "" }, "OAuth2: an embedded mailbox");
        yield return Fault(Upstream(Entra) with { UserName = null }, "UserName: is missing beside OAuth2");
        yield return Fault(Upstream(Entra) with { Password = "p" }, "Password: stands beside OAuth2");
        yield return Fault(Upstream(Entra) with { PasswordFile = "f" }, "PasswordFile: stands beside OAuth2");
        yield return Fault(Upstream(Entra) with { AuthMechanism = "PLAIN" }, "AuthMechanism: \"PLAIN\" takes no access token");
        yield return Fault(Upstream(Entra) with { Tls = UpstreamTls.None }, "Tls: None would send");
        yield return Fault(Entra with { TenantId = null }, "OAuth2: does not say where tokens come from");
        yield return Fault(Entra with { TokenEndpoint = Other.TokenEndpoint }, "OAuth2:TokenEndpoint: stands beside TenantId");
        yield return Fault(Google with { TenantId = "t" }, "OAuth2:Provider: stands beside TenantId");
        yield return Fault(Google with { TokenEndpoint = Other.TokenEndpoint }, "OAuth2:TokenEndpoint: stands beside Provider");
        yield return Fault(Account with { TenantId = "t" }, "OAuth2:TenantId: stands beside ServiceAccountFile");
        yield return Fault(Account with { TokenEndpoint = "https://x/y" }, "OAuth2:TokenEndpoint: stands beside ServiceAccountFile");
        yield return Fault(Account with { ClientId = "c" }, "OAuth2:ClientId: is of no use");
        yield return Fault(Account with { ClientSecretFile = "f" }, "OAuth2:ClientSecret: is of no use");
        yield return Fault(Account with { RefreshToken = "r" }, "OAuth2:RefreshToken: is of no use");
        yield return Fault(Entra with { TenantId = "a/b" }, "OAuth2:TenantId: \"a/b\" is neither");
        yield return Fault(Entra with { ClientId = null }, "OAuth2:ClientId: is missing");
        yield return Fault(Entra with { ClientSecret = null }, "OAuth2:ClientSecret: is missing");
        yield return Fault(Entra with { ClientSecretFile = "f" }, "OAuth2:ClientSecretFile: stands beside ClientSecret");
        yield return Fault(Google with { RefreshTokenFile = "f" }, "OAuth2:RefreshTokenFile: stands beside RefreshToken");
        yield return Fault(Google with { RefreshToken = null }, "OAuth2:RefreshToken: is missing");
        yield return Fault(Entra with { Scope = "" }, "OAuth2:Scope: \"\" is not");
        yield return Fault(Entra with { Scope = "a\nb" }, "OAuth2:Scope: ");
        yield return Fault(Entra with { Timeout = TimeSpan.Zero }, "OAuth2:Timeout: 00:00:00 is not between");
        foreach (var endpoint in new[] { "login", "http://login.example.com/t", "ftp://x/y", "https://u:p@x/y", "https://x/y#z" })
        {
            yield return Fault(Other with { TokenEndpoint = endpoint }, $"OAuth2:TokenEndpoint: \"{endpoint}\" is not an address");
        }
    }

    private static UpstreamOptions Upstream(OAuth2Options oauth2) =>
        new()
        {
            Address = "smtp.example.com:587",
            UserName = "user@example.com",
            OAuth2 = oauth2,
        };

    private static TestCaseData Fault(OAuth2Options oauth2, string expected) => Fault(Upstream(oauth2), expected);

    private static TestCaseData Fault(UpstreamOptions upstream, string expected) =>
        new TestCaseData(upstream, expected).SetArgDisplayNames(expected);

    private static string[] Validate(UpstreamOptions upstream)
    {
        var errors = new List<ConfigurationError>();
        UpstreamValidation.Check(upstream, new KeyScope("U", errors));
        return [.. errors.Select(static error => error.ToString())];
    }
}
