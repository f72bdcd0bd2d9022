using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Relay.Core.Upstreams.Pace;

namespace Relay.Tests.Upstreams.Pace;

public sealed class AdaptivePaceTests
{
    private static readonly double[] Rates = [2, 14, 60, 500];

    [Test]
    public void It_comes_to_nine_tenths_of_what_a_window_allows_with_less_than_one_refusal_in_a_hundred(
        [ValueSource(nameof(Rates))] double rate,
        [Values(1, 4)] double window
    ) => Converges(new WindowServer(rate, window), 10, 0.02, seed: 1);

    [Test]
    public void It_comes_to_nine_tenths_of_what_a_bucket_allows_with_less_than_one_refusal_in_a_hundred(
        [ValueSource(nameof(Rates))] double rate,
        [Values(2, 20)] double burst
    ) => Converges(new BucketServer(rate, burst), 10, 0.02, seed: 2);

    [Test, Explicit("prints")]
    public void Figures()
    {
        foreach (var rate in Rates)
        {
            foreach (
                var server in (LimitingServer[])
                    [
                        new WindowServer(rate, 1),
                        new WindowServer(rate, 4),
                        new WindowServer(rate, 10),
                        new WindowServer(rate, 60),
                        new BucketServer(rate, 2),
                        new BucketServer(rate, 20),
                        new BucketServer(rate, rate),
                        new BucketServer(rate, rate * 10),
                    ]
            )
            {
                foreach (var (c, rtt) in ((int, double)[])[(10, 0.002), (10, 0.02), (50, 0.1), (3, 0.5)])
                {
                    if (c / rtt < 1.5 * rate)
                        continue;
                    var sender = new PacedSender(server, c, rtt, 1);
                    var line = $"{server.GetType().Name} {rate, 5} c={c} rtt={rtt, -6}";
                    double t = 0;
                    double? conv = null;
                    for (int i = 0; i < 60; i++)
                    {
                        var a = sender.Accepted;
                        var d = Math.Max(1, 50 / rate);
                        sender.Run(d);
                        t += d;
                        if (conv is null && (sender.Accepted - a) >= 0.9 * rate * d && i > 0)
                            conv = t;
                    }
                    line += $" conv {conv:F0} s refused {sender.Refused}/{sender.Accepted}";
                    var len = Math.Max(300, 6000 / rate);
                    sender.Run(len);
                    sender.Forget();
                    sender.Run(len);
                    line += $" steady {sender.Accepted / len / rate:P1} refused {sender.RefusedShare:P2}";
                    server.Rate *= 3;
                    t = 0;
                    conv = null;
                    for (int i = 0; i < 400 && conv is null; i++)
                    {
                        var a = sender.Accepted;
                        var d = Math.Max(1, 20 / rate);
                        sender.Run(d);
                        t += d;
                        if ((sender.Accepted - a) >= 0.9 * Math.Min(server.Rate, c / rtt * .9) * d)
                            conv = t;
                    }
                    line += $" up {conv:F0} s";
                    server.Rate /= 6;
                    sender.Forget();
                    t = 0;
                    conv = null;
                    for (int i = 0; i < 400 && conv is null; i++)
                    {
                        var a = sender.Accepted;
                        var b = sender.Refused;
                        var d = Math.Max(1, 50 / rate);
                        sender.Run(d);
                        t += d;
                        if ((sender.Accepted - a) >= 0.85 * server.Rate * d && (sender.Refused - b) < 0.02 * server.Rate * d)
                            conv = t;
                    }
                    line += $" down {conv:F0} s refused {sender.Refused}";
                    TestContext.Out.WriteLine(line);
                    server.Rate = rate;
                }
            }
        }
    }

    private static void Converges(LimitingServer server, int connections, double roundTrip, int seed)
    {
        var sender = new PacedSender(server, connections, roundTrip, seed);
        var settling = Math.Max(60, 1000 / server.Rate);
        sender.Run(settling);
        sender.Forget();
        var measured = Math.Max(300, 4000 / server.Rate);
        sender.Run(measured);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sender.Accepted, Is.GreaterThanOrEqualTo(0.9 * server.Rate * measured));
            Assert.That(sender.RefusedShare, Is.LessThan(0.01));
        }
    }
}
