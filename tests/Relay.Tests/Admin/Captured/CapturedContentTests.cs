using System.Net;
using System.Text;

namespace Relay.Tests.Admin.Captured;

/// <summary>Captured mail as a developer looks at it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CapturedContentTests : IAsyncDisposable
{
    private const string Mixed =
        "Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        + "--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n"
        + "--y\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n"
        + "--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <img src=\"cid:logo@x\"></p>\r\n--y--\r\n"
        + "--x\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
        + "--x\r\nContent-Type: text/html; name=\"../../evil.html\"\r\nContent-Disposition: attachment; filename=\"../../evil.html\"\r\n\r\n<script>1</script>\r\n--x--\r\n";

    private AdminUnderTest _admin = null!;

    [SetUp]
    public async Task Start() => _admin = await AdminUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _admin.DisposeAsync();

    [Test]
    public async Task Text_parts_and_attachments_are_told_apart()
    {
        var id = await _admin.CaptureAsync(Mixed);

        var shown = await _admin.GetAsync($"/api/v1/captured/{id}");

        Assert.That(shown.GetProperty("text").GetString()!.Trim(), Is.EqualTo("Grüße"));
        Assert.That(shown.GetProperty("hasHtml").GetBoolean(), Is.True);
        var attachments = shown.GetProperty("attachments").EnumerateArray().ToList();
        Assert.That(attachments.Select(static part => part.GetProperty("name").GetString()), Is.EqualTo(["part-1", "evil.html"]));
        Assert.That(attachments[0].GetProperty("contentId").GetString(), Is.EqualTo("logo@x"));
    }

    [Test]
    public async Task An_attachment_is_always_a_file_and_never_a_page()
    {
        var id = await _admin.CaptureAsync(Mixed);

        using var response = await _admin.Client.GetAsync($"/api/v1/captured/{id}/attachments/1");

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/octet-stream"));
        Assert.That(response.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
        Assert.That((await response.Content.ReadAsStringAsync()).Trim(), Is.EqualTo("<script>1</script>"));
        await _admin.GetAsync($"/api/v1/captured/{id}/attachments/2", HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Html_comes_in_a_sandbox_with_its_own_pictures_in_it()
    {
        var id = await _admin.CaptureAsync(Mixed);

        using var response = await _admin.Client.GetAsync($"/api/v1/captured/{id}/html");
        var html = await response.Content.ReadAsStringAsync();

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("sandbox; default-src 'none';").And.Not.Contain("allow-").And.Not.Contain("script"));
        Assert.That(html, Does.Contain("src=\"data:image/png;base64,iVBORw0KGgo=\""));
    }

    [TestCase("<script>alert(1)</script>", "alert")]
    [TestCase("<ScRiPt src=//evil.example/x.js></sCrIpT>", "evil.example")]
    [TestCase("<p onclick=\"alert(1)\">x</p>", "alert")]
    [TestCase("<img src=x onerror=alert(1)>", "alert")]
    [TestCase("<img src=\"https://evil.example/pixel.gif\">", "evil.example")]
    [TestCase("<img srcset=\"https://evil.example/a 2x\">", "evil.example")]
    [TestCase("<body background=\"https://evil.example/a\">", "evil.example")]
    [TestCase("<a href=\"javascript:alert(1)\">x</a>", "alert")]
    [TestCase("<a href=\" java&#10;script:alert(1)\">x</a>", "alert")]
    [TestCase("<a href=\"data:text/html,alert(1)\">x</a>", "alert")]
    [TestCase("<form action=\"https://evil.example\"><input name=a></form>", "evil.example")]
    [TestCase("<iframe src=\"https://evil.example\"></iframe>", "evil.example")]
    [TestCase("<object data=\"https://evil.example\"></object>", "evil.example")]
    [TestCase("<meta http-equiv=refresh content=\"0;url=https://evil.example\">", "evil.example")]
    [TestCase("<link rel=preconnect href=\"https://evil.example\">", "evil.example")]
    [TestCase("<base href=\"https://evil.example/\">", "evil.example")]
    [TestCase("<svg><script>alert(1)</script></svg>", "alert")]
    [TestCase("<!-- <script>alert(1)</script> -->", "alert")]
    [TestCase("<video poster=\"https://evil.example\"><source src=\"https://evil.example\"></video>", "evil.example")]
    public async Task What_runs_or_asks_for_something_elsewhere_is_taken_out(string hostile, string trace)
    {
        var id = await _admin.CaptureAsync($"Content-Type: text/html\r\n\r\n<h1>Before</h1>{hostile}<p>After</p>\r\n");

        using var response = await _admin.Client.GetAsync($"/api/v1/captured/{id}/html");
        var html = await response.Content.ReadAsStringAsync();

        Assert.That(html, Does.Not.Contain(trace));
        Assert.That(html, Does.Contain("Before").And.Contain("After"));
    }

    [Test]
    public async Task Ordinary_links_and_styles_stay()
    {
        const string Html = "<style>p { color: red }</style><p style=\"color: blue\">x <a href=\"https://example.com/a?b=1\">link</a></p>";
        var id = await _admin.CaptureAsync($"Content-Type: text/html\r\n\r\n{Html}\r\n");

        using var response = await _admin.Client.GetAsync($"/api/v1/captured/{id}/html");

        Assert.That(
            await response.Content.ReadAsStringAsync(),
            Does.Contain("color: blue").And.Contain("color: red").And.Contain("https://example.com/a?b=1")
        );
    }

    [TestCase("")]
    [TestCase("no header at all")]
    [TestCase("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n--x")]
    [TestCase("Content-Type: text/html; charset=no-such-thing\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%\r\n")]
    [TestCase("Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: deep\r\n\r\n")]
    public async Task Mail_that_is_broken_is_shown_as_far_as_it_goes(string content)
    {
        var id = await _admin.CaptureAsync(content);

        await _admin.GetAsync($"/api/v1/captured/{id}");
        using var html = await _admin.Client.GetAsync($"/api/v1/captured/{id}/html");
        Assert.That(html.StatusCode, Is.AnyOf(HttpStatusCode.OK, HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_hundred_levels_of_parts_and_twenty_megabytes_harm_nothing()
    {
        var deep = new StringBuilder();
        for (var level = 0; level < 100; level++)
        {
            deep.Append("Content-Type: multipart/mixed; boundary=b").Append(level).Append("\r\n\r\n--b").Append(level).Append("\r\n");
        }

        var nested = await _admin.CaptureAsync(deep.ToString());
        var large = await _admin.CaptureAsync(
            "Content-Type: text/html\r\n\r\n" + string.Concat(Enumerable.Repeat("<b>x</b>\r\n", 2_000_000))
        );

        await _admin.GetAsync($"/api/v1/captured/{nested}");
        using var html = await _admin.Client.GetAsync($"/api/v1/captured/{large}/html");
        Assert.That((await html.Content.ReadAsStringAsync()).Length, Is.LessThan(25_000_000).And.GreaterThan(1_000_000));
    }

    [Test]
    public async Task The_source_is_plain_text()
    {
        var id = await _admin.CaptureAsync(Mixed);

        using var response = await _admin.Client.GetAsync($"/api/v1/captured/{id}/source");

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/plain"));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(Mixed));
    }
}
