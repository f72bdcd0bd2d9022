using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Reloading;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>
/// Memory does not grow with the number of messages. The relay runs within the test, so that its heap can be collected and measured; load and
/// server are processes of their own, and the log is quiet, since the test platform would keep every line of it.
/// </summary>
[NonParallelizable]
[Category("Soak")]
internal sealed class MemorySoak : Scenario
{
    private const int MebiByte = 1024 * 1024;

    [Test]
    public async Task Heap_is_no_larger_after_200000_messages_than_after_20000()
    {
        var sink = await StartSmtpSinkAsync();
        var port = LocalPort.Free();
        await using var host = Host(Options(port, sink));
        Assert.That(await host.TryStartAsync(CancellationToken.None), Is.Null);

        await SendAsync(port, 20_000);
        var after20000 = LiveHeap();
        await SendAsync(port, 180_000);
        var after200000 = LiveHeap();

        await TestContext.Out.WriteLineAsync($"Managed heap: {after20000:N0} bytes after 20,000 messages, {after200000:N0} after 200,000.");
        Assert.That(sink.Count, Is.EqualTo(200_000));
        Assert.That(after200000, Is.LessThanOrEqualTo(after20000 + (5 * MebiByte)));
    }

    private static RelayHost Host(RelayOptions options) =>
        new(options, new ConfigurationSource(null, () => new ConfigurationResult(options, null, [])));

    private static RelayOptions Options(int port, SmtpSink sink)
    {
        var upstream = new UpstreamOptions { Address = sink.Address, Connections = 50 };
        var group = new GroupOptions { Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal) { ["a"] = upstream } };
        var listener = new ListenerOptions { Address = $"127.0.0.1:{port}" };
        return new RelayOptions
        {
            Delivery = new DeliveryOptions { Accept = AcceptMode.Proxy },
            Listeners = new Dictionary<string, ListenerOptions>(StringComparer.Ordinal) { ["smtp"] = listener },
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal) { ["default"] = group },
            Admin = new AdminOptions { Address = "" },
            Log = new LogOptions { Level = LogVerbosity.Warning },
        };
    }

    private static async Task SendAsync(int port, int messages)
    {
        var source = await SmtpSource.SendAsync(port, sessions: 20, messages);
        Assert.That(source.ExitCode, Is.Zero, source.Output);
    }

    private static long LiveHeap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
