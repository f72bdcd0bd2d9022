using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>TLS and passwords towards servers: no mail and no password goes where it could be read or to somebody else.</summary>
internal sealed class TlsToServers : Scenario
{
    /// <summary>What an operator is woken by.</summary>
    private const string Objects = "objects to this relay";
    private const string IsOut = "is out of use for 5 minutes: CertificateNotTrusted";

    [TestCase("Auto", false)]
    [TestCase("StartTls", false)]
    [TestCase("Implicit", true)]
    public async Task A_pinned_certificate_is_trusted(string tls, bool isImplicit)
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var upstream = await StartAsync(new ScriptedUpstreamOptions { Certificate = certificate, ImplicitTls = isImplicit });

        var reply = await SendAsync(upstream, new { Tls = tls, Certificate = TestCertificate.Pin(certificate) });

        Assert.That(reply, Does.StartWith("250 2.0.0 OK "));
        Assert.That(upstream.Accepted, Has.Count.EqualTo(1));
        Assert.That(upstream.Commands, isImplicit ? Has.None.EqualTo("STARTTLS") : Has.One.EqualTo("STARTTLS"));
    }

    [TestCase("Auto")]
    [TestCase("StartTls")]
    public async Task A_certificate_that_nobody_trusts_is_sent_no_mail(string tls)
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var upstream = await StartAsync(new ScriptedUpstreamOptions { Certificate = certificate });

        var reply = await SendAsync(upstream, new { Tls = tls }, alarm: IsOut);

        Assert.That(reply, Does.StartWith("451 4.4.1 "));
        Assert.That(upstream.Received, Is.Empty);
    }

    [Test]
    public async Task Another_certificate_than_the_pinned_one_is_sent_no_mail()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        using var other = TestCertificate.SelfSigned();
        var upstream = await StartAsync(new ScriptedUpstreamOptions { Certificate = certificate });

        var reply = await SendAsync(upstream, new { Tls = "StartTls", Certificate = TestCertificate.Pin(other) }, alarm: IsOut);

        Assert.That(reply, Does.StartWith("451 4.4.1 "));
        Assert.That(upstream.Received, Is.Empty);
    }

    [Test]
    public async Task Any_certificate_is_taken_where_so_configured()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var upstream = await StartAsync(new ScriptedUpstreamOptions { Certificate = certificate });

        var reply = await SendAsync(upstream, new { Tls = "StartTls", Certificate = "Any" });

        Assert.That(reply, Does.StartWith("250 2.0.0 OK "));
    }

    [Test]
    public async Task Required_STARTTLS_that_is_not_offered_is_sent_no_mail()
    {
        var upstream = await StartAsync(new ScriptedUpstreamOptions());

        var reply = await SendAsync(upstream, new { Tls = "StartTls" }, alarm: Objects);

        Assert.That(reply, Does.StartWith("451 4.4.1 "));
        Assert.That(upstream.Commands, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task User_and_password_are_sent_within_TLS()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "user",
            Password = "päss word",
        };
        var upstream = await StartAsync(options);

        var settings = new
        {
            Certificate = TestCertificate.Pin(certificate),
            options.UserName,
            options.Password,
        };
        var reply = await SendAsync(upstream, settings);

        Assert.That(reply, Does.StartWith("250 2.0.0 OK "));
        Assert.That(upstream.Logins.Single(), Is.EqualTo(("user", "päss word")));
        Assert.That(
            upstream.Commands.TakeWhile(static command => !command.Equals("STARTTLS", StringComparison.Ordinal)),
            Has.None.StartsWith("AUTH")
        );
    }

    [Test]
    public async Task A_stripped_STARTTLS_draws_no_password()
    {
        var upstream = await StartAsync(new ScriptedUpstreamOptions { UserName = "user", Password = "secret" });

        var reply = await SendAsync(upstream, new { UserName = "user", Password = "secret" }, alarm: Objects);

        Assert.That(reply, Does.StartWith("451 4.4.1 "));
        Assert.That(upstream.Logins, Is.Empty);
    }

    [Test]
    public async Task A_wrong_password_ejects_the_server_and_is_not_tried_over_and_over()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var upstream = await StartAsync(
            new ScriptedUpstreamOptions
            {
                Certificate = certificate,
                UserName = "user",
                Password = "right",
            }
        );
        var relay = await StartRelayAsync(
            new RelayConfiguration().Upstream(
                "a",
                upstream.Address,
                new
                {
                    Certificate = TestCertificate.Pin(certificate),
                    UserName = "user",
                    Password = "wrong",
                }
            )
        );
        relay.ExpectLogged("is out of use for 5 minutes");
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        for (var message = 0; message < 5; message++)
        {
            Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("451 4.4.1 "));
        }

        Assert.That(upstream.Logins, Has.Count.EqualTo(1));
        Assert.That((await relay.GetUpstreamsAsync())["a"].State, Is.EqualTo("ejected"));
        Assert.That(await relay.WholeLogAsync(), Does.Not.Contain("wrong\""), "the password is never logged");
    }

    private async Task<ScriptedUpstream> StartAsync(ScriptedUpstreamOptions options) => Use(await ScriptedUpstream.StartAsync(options));

    private async Task<string> SendAsync(ScriptedUpstream upstream, object settings, string? alarm = null)
    {
        // Commands are counted: on a busy machine a check of the server would come between.
        var configuration = new RelayConfiguration().Set("Groups:default:Health:Interval", "00:00:00");
        var relay = await StartRelayAsync(configuration.Upstream("a", upstream.Address, settings));
        if (alarm is not null)
        {
            relay.ExpectLogged(alarm);
        }

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        return await client.SendMailAsync("a@example.com", "b@example.com");
    }
}
