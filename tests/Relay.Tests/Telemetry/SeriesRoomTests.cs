using System.Diagnostics.Metrics;
using Relay.Core.Configuration;
using Relay.Core.Telemetry;

namespace Relay.Tests.Telemetry;

public sealed class SeriesRoomTests
{
    [Test]
    public void Each_instrument_of_Relay_has_its_room()
    {
        using var metrics = new RelayMetrics();
        metrics.Observe(
            static () => 0,
            static () => [],
            static () => new QueueReading([], 0, IsUsable: null),
            static () =>
                new ProcessReading
                {
                    Version = "",
                    StartedAt = default,
                    Memory = default,
                    ConnectionLimit = 0,
                    CertificateEnds = [],
                }
        );
        var room = new SeriesRoom(new RelayOptions());

        var instruments = InstrumentsOf(metrics);

        Assert.That(instruments, Has.Count.GreaterThan(35));
        Assert.That(instruments.Where(instrument => room.Of(instrument) is null).Select(static instrument => instrument.Name), Is.Empty);
    }

    [TestCase(1, ExpectedResult = 7 * 100)]
    [TestCase(50, ExpectedResult = 7 * 100)]
    [TestCase(300, ExpectedResult = 7 * 600)]
    public int? A_configuration_may_grow_to_twice_its_servers(int servers)
    {
        using var meter = new Meter(RelayMetrics.MeterName);

        return RoomFor(servers).Of(meter.CreateGauge<int>("relay.upstream.state"));
    }

    [Test]
    public void Of_the_runtime_only_exceptions_may_be_many()
    {
        using var runtime = new Meter(SeriesRoom.RuntimeMeter);

        Assert.That(RoomFor(1).Of(runtime.CreateGauge<int>("dotnet.gc.collections")), Is.EqualTo(20));
        Assert.That(RoomFor(1).Of(runtime.CreateGauge<int>("dotnet.exceptions")), Is.Null);
    }

    private static SeriesRoom RoomFor(int servers)
    {
        var upstreams = Enumerable
            .Range(0, servers)
            .ToDictionary(static number => $"u{number}", static _ => new UpstreamOptions(), StringComparer.Ordinal);
        var groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal) { ["default"] = new() { Upstreams = upstreams } };
        return new SeriesRoom(new RelayOptions { Groups = groups });
    }

    private static List<Instrument> InstrumentsOf(RelayMetrics metrics)
    {
        var all = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
            {
                all.Add(instrument);
            }
        };
        listener.Start();
        return all;
    }
}
