using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Growth;
using Relay.Benchmarks.Idle;
using Relay.Benchmarks.Load;
using Relay.Benchmarks.Options;
using Relay.Benchmarks.Wan;

namespace Relay.Tests.Benchmarks;

public sealed class OptionsTests
{
    [Test]
    public void Without_options_everything_is_measured_five_times()
    {
        var command = new CompareCommand();
        var options = command.Read(command.Build().Parse([]));

        Assert.That(options.Cases, Is.EqualTo(Case.All));
        Assert.That(
            options.Peers.Select(static peer => peer.Name),
            Is.EqualTo(["direct", "haproxy", "nginx", "postfix", "haraka", "relay", "relay-quiet", "relay-queue"])
        );
        Assert.That((options.Runs, options.Upstreams), Is.EqualTo((5, 3)));
        Assert.That(options.Times, Is.EqualTo(new LoadTimes(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8), null)));
    }

    [TestCase("--peers", "relay,direct")]
    [TestCase("--peers", "relay", "direct")]
    [TestCase("--peers", "relay", "--peers", "direct")]
    [TestCase("--peers", "relay, direct")]
    public void Names_may_be_separated_as_one_likes_and_keep_the_order_of_the_table(params string[] arguments)
    {
        var command = new CompareCommand();
        var parsed = command.Build().Parse(arguments);

        Assert.That(parsed.Errors, Is.Empty);
        Assert.That(command.Read(parsed).Peers.Select(static peer => peer.Name), Is.EqualTo(["direct", "relay"]));
    }

    [TestCase("--peers", "relay,exim", "'exim' is none of")]
    [TestCase("--cases", "kept-open-4K", "'kept-open-4K' is none of")]
    [TestCase("--runs", "0", "--runs must be at least 1.")]
    [TestCase("--upstreams", "-1", "--upstreams must be at least 1.")]
    public void What_cannot_be_measured_is_an_error_before_anything_starts(string option, string value, string error)
    {
        var parsed = new CompareCommand().Build().Parse([option, value]);

        Assert.That(parsed.Errors.Select(static told => told.Message), Has.Exactly(1).Contains(error));
    }

    [Test]
    public void A_number_of_messages_takes_the_place_of_a_time()
    {
        var command = new CompareCommand();
        var options = command.Read(command.Build().Parse(["--messages", "70", "--seconds", "0.5", "--warm-up", "1"]));

        Assert.That(options.Times, Is.EqualTo(new LoadTimes(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), 70)));
    }

    [Test]
    public void Growth_always_measures_the_base_first()
    {
        var command = new GrowthCommand();

        Assert.That(command.Read(command.Build().Parse([])).Points, Is.EqualTo(GrowthPoint.All));
        Assert.That(
            command.Read(command.Build().Parse(["--points", "routes-1000"])).Points.Select(static point => point.Name),
            Is.EqualTo(["base", "routes-1000"])
        );
    }

    [Test]
    public void The_far_upstream_is_twenty_milliseconds_away()
    {
        var command = new WanCommand();
        var options = command.Read(command.Build().Parse(["--relay", "x.dll"]));

        Assert.That(options.Peers, Is.EqualTo(["haproxy", "relay"]));
        Assert.That((options.Runs, options.Messages, options.Sessions), Is.EqualTo((5, 500, 20)));
        Assert.That((options.RoundTrip, options.Relay), Is.EqualTo((TimeSpan.FromMilliseconds(20), "x.dll")));
    }

    [Test]
    public void The_number_of_idle_connections_can_be_set()
    {
        var command = new IdleCommand();
        var options = command.Read(command.Build().Parse(["--connections", "50", "--peers", "relay", "--runs", "1"]));

        Assert.That((options.Connections, options.Runs), Is.EqualTo((50, 1)));
        Assert.That(options.Peers, Is.EqualTo(["relay"]));
    }

    [Test]
    public void The_load_client_does_what_its_process_was_asked_for()
    {
        var plan = new LoadPlan(Port: 2525, Sessions: 7, Messages: 11, WarmUp: 3, Size: 900, KeepOpen: true, Secure: true);
        var command = new LoadCommand();

        Assert.That(command.Read(command.Build().Parse(LoadProcess.Arguments(plan))), Is.EqualTo(plan));
        Assert.That(command.Build().Parse([]).Errors, Is.Not.Empty);
    }
}
