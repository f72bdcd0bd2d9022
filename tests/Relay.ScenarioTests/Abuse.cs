using System.Globalization;
using System.Text;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>
/// Everybody misbehaves at once: clients that dribble, clients that say nothing, clients that send all they may at the same time. An honest client goes on
/// as if it were alone, each of the others is told what it did, and the memory of the process has an end.
/// </summary>
[NonParallelizable]
internal sealed class Abuse : Scenario
{
    private const int MebiByte = 1024 * 1024;
    private const int MemoryForMessages = 16 * MebiByte;
    private const int PerAddress = 100;
    private const int Piece = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Test]
    public Task Slow_silent_and_large_clients_do_no_harm_to_an_honest_one() =>
        RunAsync(slow: 150, silent: 250, large: 24, largeBytes: 4 * MebiByte, TimeSpan.FromSeconds(5), ownMemory: 40 * MebiByte);

    /// <summary>How many clients may wait at the same time is a matter of memory; most of what one takes is Kestrel's and the socket's.</summary>
    [Test]
    public async Task An_idle_client_costs_a_few_kilobytes()
    {
        const int few = 100;
        const int many = 4000;
        var (_, relay) = await StartAsync(connections: few + many + 50, Patience);
        await using var first = await IdleClients.OpenAsync(relay.Port, few, number => Address(group: 4, number));
        var before = ProcessWatch.OwnMemoryOf(relay.ProcessId);

        await using var others = await IdleClients.OpenAsync(relay.Port, many, number => Address(group: 5, number));

        var each = (ProcessWatch.OwnMemoryOf(relay.ProcessId) - before) / many;
        await TestContext.Out.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{before / 1024} KiB with {few} clients, {each} bytes for each more")
        );
        Assert.That(before, Is.LessThan(17 * MebiByte));
        Assert.That(each, Is.LessThan(6800));
    }

    [Test]
    [Category("Soak")]
    public Task Thousands_of_slow_silent_and_large_clients_do_no_harm_to_an_honest_one()
    {
        const int slow = 2000;
        const int large = 500;
        var silent = OpenFilesAllowed() - (2 * (slow + large)) - 500; // each message that comes may need a file beside its connection
        return RunAsync(slow, silent, large, largeBytes: 25 * MebiByte, TimeSpan.FromMinutes(1), ownMemory: 150 * MebiByte);
    }

    private async Task RunAsync(int slow, int silent, int large, int largeBytes, TimeSpan patience, int ownMemory)
    {
        var (sink, relay) = await StartAsync(connections: slow + silent + large + 50, patience);
        using var watch = new ProcessWatch(relay.ProcessId);
        var began = TimeProvider.System.GetTimestamp();
        using var keptOpen = SteadyClient.Start(relay.Port, "127.9.9.1", connectsAnew: false);
        using var anew = SteadyClient.Start(relay.Port, "127.9.9.2", connectsAnew: true);
        SteadyClient[] honest = [keptOpen, anew];

        var farewells = await Task.WhenAll(
            DribbleAsync(relay.Port, slow),
            WaitAsync(relay.Port, silent),
            SendAllAsync(relay.Port, large, largeBytes)
        );
        await Task.WhenAll(honest.Select(client => client.StopAsync()));
        watch.Dispose();

        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {slow} slow, {silent} silent, {large} of {largeBytes} bytes, in {TimeProvider.System.GetElapsedTime(
                    began
                ).TotalSeconds:F0} s; at most {watch.PeakOpenFiles} files and sockets open
                memory: at most {watch.PeakOwnMemory / MebiByte} MiB of its own, {watch.PeakMemory
                    / MebiByte} MiB with programs and libraries
                kept open: {Describe(keptOpen.Times)}
                connecting anew: {Describe(anew.Times)}
                """
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(farewells[0], Has.All.StartsWith("421 4.4.2 Mail data comes too slowly"));
            Assert.That(farewells[1], Has.All.StartsWith("421 4.4.2 Timed out"));
            Assert.That(farewells[2], Has.All.StartsWith("250 2.0.0 "));
            Assert.That(honest.SelectMany(client => client.Refusals), Is.Empty);
            Assert.That(honest.Select(client => Percentile(client.Times, 0.99)), Has.All.LessThan(TimeSpan.FromSeconds(1)));
            Assert.That(sink.Count, Is.EqualTo(large + honest.Sum(client => client.Times.Count)));
            Assert.That(watch.PeakOpenFiles, Is.GreaterThan(slow + silent), "all at the same time");
            Assert.That(watch.PeakOwnMemory, Is.LessThan(MemoryForMessages + ownMemory));
        }
    }

    private static TimeSpan Percentile(IEnumerable<TimeSpan> times, double share)
    {
        var sorted = times.Order().ToList();
        return sorted[(int)((sorted.Count - 1) * share)];
    }

    private static string Describe(IReadOnlyList<TimeSpan> times) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{times.Count} messages, p50 {Percentile(times, 0.5).TotalMilliseconds:F1} ms, p99 {Percentile(times, 0.99).TotalMilliseconds:F0} ms, longest {times.Max().TotalMilliseconds:F0} ms"
        );

    private async Task<(CountingSink Sink, RelayUnderTest Relay)> StartAsync(int connections, TimeSpan patience)
    {
        var sink = StartCountingSink();
        var configuration = new RelayConfiguration()
            .Set("Log:Level", "Warning")
            .Set("Limits:CommandTimeout", patience.ToString())
            .Set("Limits:Connections", connections)
            .Set("Limits:MemoryForMessages", MemoryForMessages)
            .Set("Delivery:InlineBudget", "00:05:00")
            .Upstream("a", sink.Address, new { Connections = 20 });
        return (sink, await StartRelayAsync(configuration));
    }

    private static Task<string[]> DribbleAsync(int port, int count) => LiveAsync(port, count, group: 1, DribbleAsync);

    private static Task<string[]> WaitAsync(int port, int count) =>
        LiveAsync(port, count, group: 2, client => client.ReadReplyAsync(Patience));

    private static Task<string[]> SendAllAsync(int port, int count, int bytes)
    {
        var message = Encoding.Latin1.GetBytes(TestMessages.OfSize(bytes - 1000) + ".\r\n"); // one for all: the test has memory of its own to mind
        return LiveAsync(port, count, group: 3, client => SendAsync(client, message));
    }

    /// <summary>Clients that connect in batches and go their way at once: one that waited for the others would be sent away before it began.</summary>
    private static async Task<string[]> LiveAsync(int port, int count, int group, Func<RawSmtpClient, Task<string>> life)
    {
        var lives = new List<Task<string>>(count);
        foreach (var batch in Enumerable.Range(0, count).Chunk(50))
        {
            var clients = await Task.WhenAll(batch.Select(number => RawSmtpClient.OpenAsync(port, Address(group, number))));
            lives.AddRange(clients.Select(client => LiveAsync(client, life)));
        }

        return await Task.WhenAll(lives);
    }

    private static async Task<string> LiveAsync(RawSmtpClient client, Func<RawSmtpClient, Task<string>> life)
    {
        await using (client)
        {
            return await life(client);
        }
    }

    // A byte a second of a message that never ends.
    private static async Task<string> DribbleAsync(RawSmtpClient client)
    {
        await BeginDataAsync(client);
        var farewell = client.ReadReplyAsync(Patience);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        while (!farewell.IsCompleted && await second.WaitForNextTickAsync())
        {
            await SendByteAsync(client);
        }

        return await farewell;
    }

    private static async Task<string> SendAsync(RawSmtpClient client, ReadOnlyMemory<byte> message)
    {
        client.LimitSendBuffer(Piece);
        await BeginDataAsync(client);
        for (var sent = 0; sent < message.Length; sent += Piece)
        {
            await client.SendAsync(message.Slice(sent, Math.Min(Piece, message.Length - sent)));
        }

        return await client.ReadReplyAsync(TimeSpan.FromMinutes(10));
    }

    private static string Address(int group, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"127.{group}.{number / PerAddress / 250}.{1 + (number / PerAddress % 250)}");

    private static async Task BeginDataAsync(RawSmtpClient client)
    {
        await client.SendAsync("MAIL FROM:<slow@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n");
        for (var reply = 0; reply < 3; reply++)
        {
            await client.ReadReplyAsync();
        }
    }

    private static async Task SendByteAsync(RawSmtpClient client)
    {
        try
        {
            await client.SendAsync("x");
        }
        catch (IOException)
        {
            // It was sent away meanwhile; what it was told is read elsewhere.
        }
        catch (System.Net.Sockets.SocketException)
        {
            // As above.
        }
    }

    private static int OpenFilesAllowed() => (int)Math.Min(Line("/proc/self/limits", "Max open files", word: 3), 100_000);

    private static long Line(string file, string begin, int word)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(begin, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[word], CultureInfo.InvariantCulture);
    }
}
