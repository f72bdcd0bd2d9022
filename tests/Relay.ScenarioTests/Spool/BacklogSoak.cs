using System.Diagnostics;
using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.Spool;

/// <summary>A hundred thousand messages wait because all upstreams are down; then one comes back.</summary>
[NonParallelizable]
[Category("Soak")]
internal sealed class BacklogSoak : SpoolScenario
{
    private const int Messages = 100_000;

    [Test]
    public async Task A_hundred_thousand_messages_wait_and_go_out()
    {
        var sink = await StartSmtpSinkAsync();
        var configuration = Spooling("Queue")
            .Set("Log:Level", "Warning")
            .Set("Delivery:Accept", "Queue")
            .Upstream("a", $"127.0.0.1:{LocalPort.Free()}", new { Connections = 20 });
        var relay = await StartRelayAsync(configuration);
        relay.ExpectLogged("is ejected");
        var source = await SmtpSource.SendAsync(relay.Port, sessions: 20, 1000);
        Assert.That(source.ExitCode, Is.Zero, source.Output);
        var few = ResidentMiB(relay);

        source = await SmtpSource.SendAsync(relay.Port, sessions: 20, Messages - 1000);
        Assert.That(source.ExitCode, Is.Zero, source.Output);
        var many = ResidentMiB(relay);
        Assert.That(await CountAsync(relay), Is.EqualTo(Messages));

        var firstPage = await ListAsync(relay, 0);
        var laterPage = await ListAsync(relay, Messages - 200);

        configuration.Set("Delivery:Accept", "Hybrid").Upstream("a", sink.Address, new { Connections = 20 });
        await relay.WriteConfigurationAsync();
        var begin = TimeProvider.System.GetTimestamp();
        await relay.KillAndRestartAsync();
        var started = TimeProvider.System.GetElapsedTime(begin);

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await Until.TrueAsync(() => sink.Count > 1000, "the backlog goes out", TimeSpan.FromMinutes(2));
        begin = TimeProvider.System.GetTimestamp();
        var before = sink.Count;
        var fresh = await client.SendMailAsync("a@example.com", "b@example.com");
        var freshTook = TimeProvider.System.GetElapsedTime(begin);
        await UntilEmptyAsync(relay, TimeSpan.FromMinutes(10));
        var rate = (sink.Count - before) / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;

        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Start with {Messages} messages: {started.TotalSeconds:F1} s; resident memory {few} MiB with 1,000, {many} MiB with {Messages}, {ResidentMiB(relay)} MiB after; drained at {rate:F0}/s; a page of 100 took {firstPage.TotalMilliseconds:F0} and {laterPage.TotalMilliseconds:F0} ms; a fresh message was delivered inline in {freshTook.TotalMilliseconds:F0} ms"
            )
        );
        Assert.That(fresh, Does.Contain(" via a: "));
        Assert.That(sink.Count, Is.EqualTo(Messages + 1));
        Assert.That(many, Is.LessThan(few + 100));
    }

    private static async Task<TimeSpan> ListAsync(RelayUnderTest relay, int after)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var page = await relay.Api.GetStringAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/queue?limit=100&after={after}"), UriKind.Relative)
        );
        Assert.That(page, Does.Contain("\"next\""));
        return TimeProvider.System.GetElapsedTime(begin);
    }

    private static int ResidentMiB(RelayUnderTest relay)
    {
        using var process = Process.GetProcessById(relay.ProcessId);
        return (int)(process.WorkingSet64 / 1024 / 1024);
    }
}
