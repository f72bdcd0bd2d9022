using System.Text;
using Relay.Core.Upstreams.Connections.OAuth2;

namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>What endpoints answer, in the forms that are met.</summary>
public sealed class TokenAnswerReaderTests
{
    private const string Secret = "s3cret-of-the-client";

    [TestCase("3600", 3600)]
    [TestCase("\"3600\"", 3600, TestName = "A lifetime in a text")]
    [TestCase("3599.5", 3599.5)]
    [TestCase("0", 5)]
    [TestCase("-1", 5)]
    [TestCase("1e300", 86400)]
    [TestCase("\"soon\"", 300)]
    [TestCase("null", 300)]
    public void A_token_is_taken_with_its_lifetime(string lifetime, double seconds)
    {
        var answer = Read(200, $$"""{"access_token":"a.b-c","token_type":"bearer","expires_in":{{lifetime}},"scope":"x"}""");

        Assert.That((answer.AccessToken, answer.Problem, answer.RefreshToken), Is.EqualTo(("a.b-c", (TokenProblem?)null, (string?)null)));
        Assert.That(answer.Lifetime, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase(200, """{"access_token":"a","refresh_token":"r"}""", "r")]
    [TestCase(200, """{"access_token":"a","refresh_token":""}""", null)]
    [TestCase(200, """{"access_token":"a","refresh_token":"r\nx"}""", null)]
    [TestCase(200, """{"access_token":"a","refresh_token":7}""", null)]
    public void A_new_refresh_token_is_told(int status, string body, string? refreshToken) =>
        Assert.That(Read(status, body).RefreshToken, Is.EqualTo(refreshToken));

    [TestCase(400, """{"error":"invalid_grant","error_description":"expired"}""", "answered 400 invalid_grant: expired")]
    [TestCase(401, """{"error":"invalid_client"}""", "answered 401 invalid_client")]
    [TestCase(403, """{"error":"access_denied"}""", "answered 403 access_denied")]
    [TestCase(200, """{"error":"bad_verification_code"}""", "answered 200 bad_verification_code")]
    public void An_error_about_what_was_shown_is_a_refusal(int status, string body, string text)
    {
        var problem = Read(status, body).Problem!;

        Assert.That((problem.IsRefusal, problem.Text), Is.EqualTo((true, $"https://login.example.com/token {text}")));
    }

    [TestCase(503, """{"error":"temporarily_unavailable"}""", "answered 503 temporarily_unavailable")]
    [TestCase(400, """{"error":"server_error"}""", "answered 400 server_error")]
    [TestCase(429, """{"error":"invalid_request"}""", "answered 429 invalid_request")]
    [TestCase(403, "<html>blocked by the proxy</html>", "answered 403")]
    [TestCase(500, "", "answered 500")]
    [TestCase(302, "", "answered 302, a redirect, which is not followed")]
    [TestCase(200, "", "not JSON")]
    [TestCase(200, """{"access_token":"a""", "not JSON")]
    [TestCase(200, "[]", "not JSON: is")]
    [TestCase(200, "\"a\"", "not JSON: is")]
    [TestCase(200, "{}", "without an access token")]
    [TestCase(200, """{"access_token":""}""", "without an access token")]
    [TestCase(200, """{"access_token":7}""", "without an access token")]
    [TestCase(200, """{"access_token":"a\u0001auth=Bearer x"}""", "without an access token")]
    [TestCase(200, """{"access_token":"a","token_type":"mac"}""", "a token of the type mac")]
    public void Anything_else_is_a_bad_day_of_the_endpoint(int status, string body, string text)
    {
        var problem = Read(status, body).Problem!;

        Assert.That(problem.IsRefusal, Is.False);
        Assert.That(problem.Text, Does.Contain(text));
    }

    [Test]
    public void What_is_told_is_one_line_of_bounded_length_without_our_secret()
    {
        var description = $"your secret {Secret} is wrong\\r\\nTrace: 1\\u001b[31m{new string('x', 1000)}";

        var text = Read(401, $$"""{"error":"invalid_client","error_description":"{{description}}"}""").Problem!.Text;

        Assert.That(text, Does.Contain("your secret *** is wrong Trace: 1").And.Not.Contain(Secret));
        Assert.That(text.Any(char.IsControl), Is.False);
        Assert.That(text, Has.Length.LessThan(400));
    }

    private static TokenAnswer Read(int status, string body) =>
        TokenAnswerReader.Read(
            status,
            Encoding.UTF8.GetBytes(body),
            null,
            new TokenRequest(
                new Uri("https://login.example.com/token?x=hidden"),
                new Dictionary<string, string>(StringComparer.Ordinal),
                [Secret]
            )
        );
}
