using CsCheck;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Pace;

public sealed class AdaptivePaceTests
{
    private static readonly double[] Rates = [2, 14, 60, 500];

    [Test]
    public void It_comes_to_nine_tenths_of_what_a_window_allows_with_less_than_one_refusal_in_a_hundred(
        [ValueSource(nameof(Rates))] double rate,
        [Values(1, 4)] double window
    ) => Converges(new WindowServer(rate, window), 50, 0.02, seed: 1);

    [Test]
    public void It_comes_to_nine_tenths_of_what_a_bucket_allows_with_less_than_one_refusal_in_a_hundred(
        [ValueSource(nameof(Rates))] double rate,
        [Values(2, 20)] double burst
    ) => Converges(new BucketServer(rate, burst), 50, 0.02, seed: 2);

    [Test]
    public void It_follows_a_limit_that_rises_and_one_that_falls([ValueSource(nameof(Rates))] double rate, [Values] bool isBucket)
    {
        LimitingServer server = isBucket ? new BucketServer(rate, 10) : new WindowServer(rate, 1);
        var sender = new PacedSender(server, 50, 0.02, seed: 3);
        sender.Run(Settling(rate));

        server.Rate = 3 * rate;
        sender.Run(Settling(rate));
        ExpectRate(sender, server, "risen");

        server.Rate = rate / 2;
        sender.Run(Settling(rate / 2));
        ExpectRate(sender, server, "fallen");
    }

    [TestCase(null)]
    [TestCase("6cX37E2yhJM1")] // fast and far: a dozen refusals are under way before the first of them is heard
    [TestCase("ev0udERaUdv1")] // a long window, refused again on the way back: half of the rate was held for three minutes
    public void It_holds_for_servers_round_trips_and_chance_of_any_kind(string? seed) =>
        Gen.Select(Gen.Double[2, 500], Gen.Double[0.5, 5], Gen.Int[1, 100], Gen.Double[0.001, 0.2], Gen.Int, Gen.Bool)
            .Sample(
                (rate, window, burst, roundTrip, seed, isBucket) =>
                {
                    // As many connections as it takes to be refused at all.
                    var connections = (int)Math.Clamp(3 * rate * roundTrip, 5, 200);
                    LimitingServer server = isBucket ? new BucketServer(rate, burst) : new WindowServer(rate, Math.Max(window, 4 / rate));
                    var sender = new PacedSender(server, connections, roundTrip, seed);
                    sender.Run(Settling(rate));
                    ExpectRate(sender, server, "settled");
                },
                seed: seed,
                iter: 60,
                threads: 1
            );

    [Test]
    public void A_server_that_never_asks_for_less_is_never_slowed_down()
    {
        var sender = new PacedSender(new WindowServer(1e9, 1), 10, 0.001, seed: 4);

        sender.Run(10);

        Assert.That(sender.Pace.IsInForce, Is.False);
        Assert.That(sender.Accepted, Is.GreaterThan(90_000));
    }

    [Test]
    public void A_server_that_refuses_everything_for_an_hour_costs_a_message_a_minute_and_is_used_at_once_when_it_is_back()
    {
        var server = new WindowServer(50, 1);
        var sender = new PacedSender(server, 10, 0.02, seed: 5);
        sender.Run(60);
        server.Rate = 0;
        sender.Forget();
        sender.Run(3600);
        Assert.That(sender.Refused, Is.InRange(50, 100));

        server.Rate = 50;
        sender.Run(180);
        ExpectRate(sender, server, "back");
    }

    [Test]
    public void A_pace_that_is_not_used_up_does_not_rise()
    {
        var time = new TestClock();
        var pace = new AdaptivePace(time);
        pace.Refused(TimeSpan.Zero);
        for (var count = 0; count < 2000; count++)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            if (pace.TryTake())
            {
                pace.Accepted(TimeSpan.Zero);
            }
        }

        Assert.That(pace.PerSecond ?? 0, Is.LessThan(2));
    }

    private static double Settling(double rate) => Math.Max(120, 1200 / rate);

    private static void ExpectRate(PacedSender sender, LimitingServer server, string when)
    {
        sender.Forget();
        var measured = Math.Max(300, 4000 / server.Rate);
        sender.Run(measured);
        Assert.That(sender.Accepted / measured / server.Rate, Is.GreaterThanOrEqualTo(0.9), $"{when}: part of {server.Rate:0.0}/s");
        Assert.That(sender.RefusedShare, Is.LessThan(0.01), $"{when}: refused of {server.Rate:0.0}/s");
    }

    private static void Converges(LimitingServer server, int connections, double roundTrip, int seed)
    {
        var sender = new PacedSender(server, connections, roundTrip, seed);
        sender.Run(Settling(server.Rate));
        ExpectRate(sender, server, "settled");
    }
}
