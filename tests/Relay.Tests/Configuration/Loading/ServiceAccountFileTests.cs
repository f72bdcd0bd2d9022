using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.TestKit.OAuth2;

namespace Relay.Tests.Configuration.Loading;

/// <summary>The key file of a service account: what is wrong with it is told, and nothing of what it holds.</summary>
internal sealed class ServiceAccountFileTests
{
    private const string Endpoint = "https://oauth2.googleapis.com/token";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void A_file_as_Google_gives_it_is_taken()
    {
        using var account = new AssertionCheck();

        Assert.That(Check(account.KeyFile(Endpoint)), Is.Null);
    }

    [TestCase("not json", "is not JSON")]
    [TestCase("[]", "is not the key file of a service account")]
    [TestCase("""{"type":"authorized_user","private_key":"k3y-secret"}""", "is not the key file of a service account")]
    [TestCase("""{"type":"service_account","private_key":"k3y-secret"}""", "has no \"token_uri\"")]
    [TestCase("""{"type":"service_account","private_key":"k3y-secret","token_uri":"http://x.example/y"}""", "does not begin with https://")]
    [TestCase(
        """{"type":"service_account","private_key":"k3y-secret","token_uri":"https://x/y","client_email":"e"}""",
        "its private_key is not an RSA key in PEM"
    )]
    public void Another_one_is_an_error(string content, string expected) =>
        Assert.That(Check(content), Does.StartWith("K: ").And.Contain(expected).And.Not.Contain("k3y-secret"));

    [Test]
    public void A_file_that_is_missing_or_huge_is_an_error()
    {
        Assert.That(Check(new string(' ', 100_000)), Does.Contain("is too large"));
        Assert.That(Error(Path.Combine(_folder.Path, "missing")), Does.StartWith("K: cannot be used: "));
    }

    private string? Check(string content) => Error(_folder.Write("key.json", content));

    private static string? Error(string path)
    {
        var errors = new List<ConfigurationError>();
        ServiceAccountFile.Check(path, "K", errors);
        return errors.SingleOrDefault()?.ToString();
    }
}
