using System.Text.Json;

namespace Relay.Tests.Cli.Planning;

public sealed class PlanCommandTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder()
    {
        _folder = new TemporaryFolder();
        _folder.Write(
            "appsettings.json",
            """
            { "Relay": {
                "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
                "Admin": { "Address": "127.0.0.1:1" },
                "Groups": {
                  "default": { "Strategy": "RoundRobin", "Upstreams": {
                    "a": { "Address": "a.example", "Connections": 20, "Rates": ["600/min"], "RecipientRates": ["500/h", "10000/day"] },
                    "b": { "Address": "b.example", "Weight": 3 } } },
                  "bulk": { "Upstreams": { "c": { "Address": "c.example" } } } } } }
            """
        );
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task The_configuration_is_planned_with_and_nobody_need_run()
    {
        var run = await CommandRun.OfAsync(
            _folder,
            "plan",
            "--per-hour",
            "3600",
            "--peak",
            "4",
            "--redundancy",
            "N",
            "--recipients",
            "2",
            "--reply-time",
            "500",
            "--json"
        );

        using var document = JsonDocument.Parse(run.Output);
        var plan = document.RootElement;
        var a = plan.GetProperty("servers")[0];
        Assert.That(a.GetProperty("capacity").GetDouble(), Is.EqualTo(10), "600 in a minute");
        Assert.That(a.GetProperty("limitedBy").GetString(), Is.EqualTo("rate"));
        Assert.That(a.GetProperty("mostPerHour").GetDouble(), Is.EqualTo(250), "two recipients each");
        Assert.That(a.GetProperty("isMeasured").GetBoolean(), Is.False);
        Assert.That(a.GetProperty("perSecond").GetDouble(), Is.EqualTo(1), "a quarter by weight");
        Assert.That(plan.GetProperty("failures").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task People_get_tables_and_a_verdict_and_scripts_an_exit_code()
    {
        var good = await CommandRun.OfAsync(_folder, "plan", "--per-hour", "1000", "--group", "bulk", "--redundancy", "N");
        var bad = await CommandRun.OfAsync(_folder, "plan", "--per-hour", "1000000", "--group", "bulk");

        Assert.That((good.ExitCode, bad.ExitCode), Is.EqualTo((0, 1)));
        Assert.That(good.Output, Does.Contain("250 ms (assumed)").And.Contain("It suffices, up to"));
        Assert.That(bad.Output, Does.Contain("IT DOES NOT SUFFICE").And.Contain("nobody is left").And.Contain("Add "));
    }

    [TestCase("plan --per-hour 10 --measured", 1, "no relay answers on")]
    [TestCase("plan --per-hour 10 --group z", 1, "there is no group z; there are bulk, default")]
    [TestCase("plan", 2, "--per-hour")]
    [TestCase("plan --per-hour 0", 2, "--per-hour is a number of 1 or more")]
    [TestCase("plan --per-hour NaN", 2, "--per-hour is a number of 1 or more")]
    [TestCase("plan --per-hour 10 --redundancy 2N", 2, "--redundancy is N, N+1, N+2 or N+3")]
    [TestCase("plan --per-hour 10 --size -5", 2, "--size is 1 or more")]
    public async Task What_is_wrong_is_told(string arguments, int exitCode, string text)
    {
        var run = await CommandRun.OfAsync(_folder, arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Error);
        Assert.That(run.Error, Does.Contain(text));
    }
}
