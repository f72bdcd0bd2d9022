using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using TlsMode = Relay.Core.Configuration.UpstreamTls;

namespace Relay.ScenarioTests.Connections;

/// <summary>TLS towards a server, by both clients.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class UpstreamTlsTests(UpstreamClient client)
{
    private X509Certificate2 _certificate = null!;
    private ScriptedUpstream _upstream = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _certificate = TestCertificate.SelfSigned();
        _upstream = await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions { Certificate = _certificate });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _upstream.DisposeAsync();
        _certificate.Dispose();
    }

    [TestCase(TlsMode.Auto)]
    [TestCase(TlsMode.StartTls)]
    [TestCase(TlsMode.Implicit)]
    public async Task A_large_message_goes_over_TLS_unharmed(TlsMode tls)
    {
        _upstream.Options = _upstream.Options with { ImplicitTls = tls == TlsMode.Implicit };
        await using var bench = Bench(tls, "Any");
        var session = await bench.OpenAsync();
        var body = string.Concat(Enumerable.Repeat(".dots and text\r\n", 20_000));

        for (var message = 0; message < 3; message++)
        {
            var result = await session.TransactAsync(UpstreamBench.WithBody(body), default);
            Assert.That(result.Dot?.Code, Is.EqualTo(250));
        }

        Assert.That(_upstream.Accepted.Select(mail => mail.Text), Is.All.EqualTo(body));
        Assert.That(_upstream.Commands.Contains("STARTTLS", StringComparer.Ordinal), Is.EqualTo(tls != TlsMode.Implicit));
    }

    [TestCase(TlsMode.StartTls, true, true, true)]
    [TestCase(TlsMode.Implicit, true, true, true)]
    [TestCase(TlsMode.StartTls, true, false, false, Description = "anybody may stand there")]
    [TestCase(TlsMode.StartTls, false, true, false, Description = "the server makes no promise")]
    [TestCase(TlsMode.None, true, true, false)]
    public async Task A_message_that_requires_TLS_goes_only_to_a_verified_server_that_promises_the_same(
        TlsMode tls,
        bool isOffered,
        bool isPinned,
        bool goes
    )
    {
        IReadOnlyList<string> extensions = isOffered ? ["PIPELINING", "REQUIRETLS"] : ["PIPELINING"];
        _upstream.Options = _upstream.Options with { ImplicitTls = tls == TlsMode.Implicit, Extensions = extensions };
        await using var bench = Bench(tls, isPinned ? TestCertificate.Pin(_certificate) : "Any");
        var session = await bench.OpenAsync();
        var envelope = new Envelope { Sender = MailPath.Null, Recipients = UpstreamBench.To() };

        var strict = await session.TransactAsync(UpstreamBench.Message("Hi\r\n"u8.ToArray(), envelope with { RequireTls = true }), default);
        var usual = await session.TransactAsync(UpstreamBench.Message("Hi\r\n"u8.ToArray(), envelope), default);

        Assert.That(session.Capabilities.RequireTls, Is.EqualTo(goes));
        Assert.That(strict.Dot?.Code, Is.EqualTo(goes ? (int?)250 : null));
        Assert.That(usual.Dot?.Code, Is.EqualTo(250));
        Assert.That(
            _upstream.Accepted.Select(static mail => mail.From),
            Is.EqualTo((string[])(goes ? ["MAIL FROM:<> REQUIRETLS", "MAIL FROM:<>"] : ["MAIL FROM:<>"]))
        );
    }

    [Test]
    public async Task Without_TLS_none_is_asked_for()
    {
        await using var bench = Bench(TlsMode.None, "Verify");

        await bench.OpenAsync();

        Assert.That(_upstream.Commands, Is.EqualTo(["EHLO relay.test"]));
    }

    [Test]
    public async Task The_pinned_certificate_is_trusted()
    {
        var pin = string.Join(':', TestCertificate.Pin(_certificate).ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));
        await using var bench = Bench(TlsMode.StartTls, pin);

        await bench.OpenAsync();

        Assert.That(_upstream.Commands, Has.Exactly(2).StartsWith("EHLO"));
    }

    [TestCase(TlsMode.Auto)]
    [TestCase(TlsMode.StartTls)]
    [TestCase(TlsMode.Implicit)]
    public async Task Another_certificate_than_the_pinned_one_is_refused(TlsMode tls)
    {
        _upstream.Options = _upstream.Options with { ImplicitTls = tls == TlsMode.Implicit };
        using var other = TestCertificate.SelfSigned();
        await using var bench = Bench(tls, TestCertificate.Pin(other));

        await AssertNotTrustedAsync(bench);
    }

    [TestCase(TlsMode.Auto)]
    [TestCase(TlsMode.StartTls)]
    [TestCase(TlsMode.Implicit)]
    public async Task A_certificate_nobody_trusts_is_refused_and_no_mail_goes_out_in_clear(TlsMode tls)
    {
        _upstream.Options = _upstream.Options with { ImplicitTls = tls == TlsMode.Implicit };
        await using var bench = Bench(tls, "Verify");

        await AssertNotTrustedAsync(bench);
    }

    [Test]
    public async Task Required_TLS_that_is_not_offered_is_told()
    {
        _upstream.Options = new ScriptedUpstreamOptions();
        await using var bench = Bench(TlsMode.StartTls, "Any");

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.StartTls, UpstreamFailureKind.TlsNotOffered)));
    }

    [Test]
    public async Task A_stripped_STARTTLS_does_not_draw_the_password()
    {
        _upstream.Options = new ScriptedUpstreamOptions { UserName = "user", Password = "secret" };
        await using var bench = Bench(TlsMode.Auto, "Any", "user", "secret");

        var failure = await bench.FailToOpenAsync();

        Assert.That(failure.Kind, Is.EqualTo(UpstreamFailureKind.TlsNotOffered));
        Assert.That(_upstream.Logins, Is.Empty);
    }

    [Test]
    public async Task A_refused_STARTTLS_is_a_TLS_failure_with_its_reply()
    {
        _upstream.On(Stage.StartTls).Reply("454 4.7.0 not now");
        await using var bench = Bench(TlsMode.Auto, "Any");

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Kind, failure.Reply?.Code), Is.EqualTo((UpstreamFailureKind.TlsFailed, 454)));
        Assert.That(_upstream.Commands, Has.None.StartsWith("MAIL"));
    }

    /// <summary>CVE-2011-0411 and its kin: what was said in clear text must not be heard inside TLS.</summary>
    [Test]
    public async Task A_reply_that_was_slipped_in_before_the_handshake_is_believed_by_nobody()
    {
        _upstream.On(Stage.StartTls).Reply("220 2.0.0 go ahead\n250 AUTH PLAIN");
        await using var bench = Bench(TlsMode.StartTls, "Any");

        if (client == UpstreamClient.Native)
        {
            await AssertFailsAsync(bench, UpstreamFailureKind.TlsFailed);
            return;
        }

        // MailKit forgets it and goes on.
        var session = await bench.OpenAsync();
        Assert.That(session.Describe().Mechanisms, Is.Empty);
        Assert.That(_upstream.Commands, Has.Exactly(2).StartsWith("EHLO"));
    }

    [TestCase("PLAIN")]
    [TestCase("LOGIN")]
    [TestCase("LOGIN PLAIN")]
    public async Task User_and_password_arrive_by_the_mechanism_that_is_offered(string mechanisms)
    {
        _upstream.Options = _upstream.Options with { UserName = "user", Password = "pass wörd", Mechanisms = mechanisms };
        await using var bench = Bench(TlsMode.StartTls, "Any", "user", "pass wörd");

        await bench.OpenAsync();

        Assert.That(_upstream.Logins, Is.EqualTo([("user", "pass wörd")]));
    }

    [Test]
    public async Task A_refused_login_is_told_with_its_reply_and_not_tried_again()
    {
        _upstream.Options = _upstream.Options with { UserName = "user", Password = "secret" };
        await using var bench = Bench(TlsMode.StartTls, "Any", "user", "wrong");

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Reply?.Code), Is.EqualTo((TransactionStage.Auth, 535)));
        Assert.That(_upstream.Logins, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_broken_handshake_is_a_TLS_failure()
    {
        _upstream.On(Stage.Handshake).Garbage("this is no TLS record at all\r\n").ThenDisconnect();
        await using var bench = Bench(TlsMode.StartTls, "Any");

        await AssertFailsAsync(bench, UpstreamFailureKind.TlsFailed);
    }

    [Test]
    public async Task A_handshake_that_never_ends_times_out()
    {
        _upstream.On(Stage.Handshake).Silence();
        await using var bench = Bench(TlsMode.StartTls, "Any", timeout: TimeSpan.FromSeconds(1));

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.StartTls, UpstreamFailureKind.TimedOut)));
    }

    private static async Task AssertNotTrustedAsync(UpstreamBench bench)
    {
        var failure = await AssertFailsAsync(bench, UpstreamFailureKind.CertificateNotTrusted);
        Assert.That(failure.Certificate?.Problem, Is.Not.Empty, "people must be told which one it was");
    }

    private static async Task<UpstreamFailure> AssertFailsAsync(UpstreamBench bench, UpstreamFailureKind kind)
    {
        var failure = await bench.FailToOpenAsync();
        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.StartTls, kind)));
        return failure;
    }

    private UpstreamBench Bench(TlsMode tls, string certificate, string? user = null, string? password = null, TimeSpan? timeout = null) =>
        UpstreamBench.Tcp(
            new UpstreamOptions
            {
                Address = $"localhost:{_upstream.Port}",
                Client = client,
                Tls = tls,
                Certificate = certificate,
                UserName = user,
                Password = password,
                CommandTimeout = timeout ?? TimeSpan.FromSeconds(10),
            }
        );
}
