using Relay.Benchmarks.Processes;

namespace Relay.Tests.Benchmarks;

/// <summary>What is read of other programs' words.</summary>
public sealed class ProcessFiguresTests
{
    [Test]
    public void Time_of_the_machine_that_was_neither_idle_nor_waiting_for_the_disk_was_busy()
    {
        var times = MachineTimes.Parse("cpu  100 10 50 700 40 0 30 20 5 5");

        Assert.That(times, Is.EqualTo(new MachineTimes(BusySeconds: 2.1, AllSeconds: 9.5)));
    }

    [Test]
    public void A_metric_is_found_by_its_whole_name_with_or_without_labels()
    {
        const string Page = """
            # TYPE bytes_total counter
            bytes_total_more 7
            bytes_total{scope="a b"} 1.5e+3 1700000000
            plain_total 12
            """;

        Assert.That(MetricsPage.Find(Page, "bytes_total"), Is.EqualTo(1500));
        Assert.That(MetricsPage.Find(Page, "plain_total"), Is.EqualTo(12));
        Assert.That(MetricsPage.Find(Page, "bytes"), Is.Null);
    }

    [Test]
    public void A_proxy_needs_two_sockets_for_a_connection()
    {
        string[] limits =
        [
            "Limit                     Soft Limit           Hard Limit           Units",
            "Max open files            20000                30000                files",
        ];

        Assert.That(OpenFiles.MostProxied(limits), Is.EqualTo(9900));
        Assert.That(
            OpenFiles.MostProxied(["Max open files            unlimited            unlimited            files"]),
            Is.EqualTo(int.MaxValue)
        );
    }
}
