using System.Net.Http.Headers;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>An operator asks and steers a running relay from the command line.</summary>
internal sealed class OperatorCommands : Scenario
{
    [Test]
    public async Task Status_upstream_explain_and_reload_talk_to_the_running_relay()
    {
        var (a, b) = (StartCountingSink(), StartCountingSink());
        var configuration = new RelayConfiguration()
            .Upstream("a", a.Address)
            .Upstream("b", b.Address, new { Backup = true })
            .Set("Admin:Token", "s3cret");
        var relay = await StartRelayAsync(configuration);
        relay.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "s3cret");

        var status = await RunAsync(relay, "status");
        var drained = await RunAsync(relay, "upstream", "drain", "a");
        var explained = await RunAsync(relay, "explain", "--from", "x@example.com", "--to", "y@example.net", "--client", "127.0.0.1");
        var resumed = await RunAsync(relay, "upstream", "resume", "default/a");
        var weighed = await RunAsync(relay, "upstream", "weight", "a", "7", "--json");
        configuration.Upstream("b", b.Address, new { Backup = true, Weight = 4 });
        await relay.WriteConfigurationAsync();
        var reloaded = await RunAsync(relay, "reload");

        Assert.That(status.ExitCode, Is.Zero, status.Output);
        Assert.That(status.Output, Does.StartWith("ready").And.Contain("default/a").And.Contain(a.Address));
        Assert.That(drained.Output, Does.Contain("draining").And.Contain("drained by hand"));
        Assert.That(explained.Output, Does.StartWith("y@example.net: it would go to b").And.Contain("out of service: drained by hand"));
        Assert.That(resumed.Output, Does.Contain("healthy"));
        Assert.That(weighed.Output, Does.Contain("\"weight\": 7"));
        Assert.That(reloaded.ExitCode, Is.Zero);
        Assert.That(reloaded.Output, Does.Contain("revision 2 since the start"), "by the command, or by the watcher just before it");
        Assert.That((await relay.GetUpstreamsAsync())["b"].Weight, Is.EqualTo(4));
    }

    [Test]
    public async Task What_goes_wrong_is_one_line_and_an_exit_code()
    {
        var sink = StartCountingSink();
        var configuration = new RelayConfiguration().Upstream("a", sink.Address).Set("Admin:Token", "s3cret");
        var relay = await StartRelayAsync(configuration);
        relay.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "s3cret");
        relay.ExpectLogged("Configuration not reloaded");
        var url = relay.Api.BaseAddress!.ToString();

        var nobody = await RelayAsync("status", "--url", $"http://127.0.0.1:{LocalPort.Free()}");
        var noToken = await RelayAsync("upstream", "list", "--url", url);
        var wrongToken = await RelayAsync("upstream", "list", "--url", url, "--token", "wrong");
        var brokenToken = await RelayAsync("upstream", "list", "--url", url, "--token", "two\nlines");
        var noUpstream = await RunAsync(relay, "upstream", "drain", "z");
        var badWeight = await RunAsync(relay, "upstream", "weight", "a", "5000");
        configuration.Strategy("RoundRobbin");
        await relay.WriteConfigurationAsync();
        var badReload = await RelayAsync("reload", "--url", url, "--token", "s3cret");

        Assert.That(
            new[] { nobody, noToken, wrongToken, brokenToken, noUpstream, badWeight, badReload }.Select(run => run.ExitCode),
            Is.All.EqualTo(1)
        );
        Assert.That(nobody.Output, Does.Contain("no relay answers on"));
        Assert.That(noToken.Output, Does.Contain("wants a token"));
        Assert.That(wrongToken.Output, Does.Contain("does not know this token"));
        Assert.That(brokenToken.Output, Does.Contain("no header can carry"));
        Assert.That(noUpstream.Output, Does.Contain("there is no upstream z; there are default/a"));
        Assert.That(badWeight.Output, Does.Contain("between 1 and 1000"));
        Assert.That(badReload.Output, Does.Contain("Relay:Groups:default:Strategy").And.Contain("not reloaded"));
        Assert.That(
            await relay.Api.GetStringAsync("/metrics"),
            Does.Contain("relay_configuration_refused 1").Or.Contain("relay_configuration_refused{} 1")
        );
    }

    private static Task<ProcessResult> RunAsync(RelayUnderTest relay, params string[] arguments) =>
        RelayAsync([.. arguments, "--url", relay.Api.BaseAddress!.ToString(), "--token", "s3cret"]);

    private static Task<ProcessResult> RelayAsync(params string[] arguments) =>
        ProcessRunner.RunAsync("dotnet", [Repository.Program, .. arguments]);
}
