using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.ScenarioTests.Connections;

internal sealed class UpstreamAuthTests
{
    private X509Certificate2 _certificate = null!;
    private ScriptedUpstream _upstream = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _certificate = TestCertificate.SelfSigned();
        _upstream = await ScriptedUpstream.StartAsync(
            new ScriptedUpstreamOptions
            {
                Certificate = _certificate,
                UserName = "user",
                Password = "päss wörd",
            }
        );
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _upstream.DisposeAsync();
        _certificate.Dispose();
    }

    [TestCase("PLAIN LOGIN")]
    [TestCase("LOGIN")]
    public async Task A_right_password_opens_the_session(string mechanisms)
    {
        _upstream.Options = _upstream.Options with { Mechanisms = mechanisms };
        await using var bench = Bench("päss wörd");
        var session = await bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(_upstream.Logins, Is.EqualTo([("user", "päss wörd")]));
    }

    [Test]
    public async Task A_wrong_password_is_tried_once_and_told_with_its_reply()
    {
        await using var bench = Bench("wrong");

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Auth, UpstreamFailureKind.Reply)));
        Assert.That(failure.Reply?.ToString(), Is.EqualTo("535 5.7.8 wrong user or password"));
        Assert.That(_upstream.Logins, Has.Count.EqualTo(1), "no login storm");
        Assert.That(failure.ToString(), Does.Not.Contain("wrong\0").And.Not.Contain("d3Jvbmc"));
    }

    [TestCase("454 4.7.0 later", 454)]
    [TestCase("421 4.7.0 too many logins", 421)]
    [TestCase("538 5.7.11 encryption needed", 538)]
    [TestCase("530 5.7.0 no", 530)]
    public async Task Any_refusal_keeps_its_code(string reply, int code)
    {
        _upstream.On(Stage.Auth).Reply(reply);
        await using var bench = Bench("päss wörd");

        var failure = await bench.FailToOpenAsync();

        Assert.That(
            (failure.Stage, failure.Kind, failure.Reply?.Code),
            Is.EqualTo((TransactionStage.Auth, UpstreamFailureKind.Reply, code))
        );
    }

    [Test]
    public async Task AUTH_that_is_not_offered_is_told()
    {
        _upstream.Options = _upstream.Options with { UserName = null };
        await using var bench = Bench("päss wörd");

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Auth, UpstreamFailureKind.AuthNotOffered)));
    }

    [Test]
    public async Task A_mechanism_nobody_knows_is_like_none()
    {
        _upstream.Options = _upstream.Options with { Mechanisms = "X-UNKNOWN" };
        await using var bench = Bench("päss wörd");

        Assert.That((await bench.FailToOpenAsync()).Kind, Is.EqualTo(UpstreamFailureKind.AuthNotOffered));
    }

    [Test]
    public async Task A_connection_lost_in_AUTH_is_told_with_its_stage()
    {
        _upstream.On(Stage.Auth).Reset();
        await using var bench = Bench("päss wörd");

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Auth, UpstreamFailureKind.ConnectionLost)));
    }

    [Test]
    public async Task The_password_is_the_first_line_of_its_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "päss wörd\n# a remark\n");
        await using var bench = Bench(null, file);

        await bench.OpenAsync();

        File.Delete(file);
        Assert.That(_upstream.Logins, Is.EqualTo([("user", "päss wörd")]));
    }

    [Test]
    public async Task A_password_file_that_is_missing_counts_as_refused_credentials()
    {
        await using var bench = Bench(null, Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));

        var failure = await bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Reply?.Code), Is.EqualTo((TransactionStage.Auth, 535)));
        Assert.That(_upstream.ConnectionCount, Is.Zero);
    }

    private UpstreamBench Bench(string? password, string? file = null) =>
        UpstreamBench.Tcp(
            new UpstreamOptions
            {
                Address = _upstream.Address,
                Certificate = "Any",
                UserName = "user",
                Password = password,
                PasswordFile = file,
            }
        );
}
