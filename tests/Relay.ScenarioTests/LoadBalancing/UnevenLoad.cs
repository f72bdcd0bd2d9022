using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.LoadBalancing;

/// <summary>
/// What all strategies are put to: four real servers, c of twice the weight of the others, one of them five times as slow, and clients that send
/// their next message when the last is answered. Then another one becomes the slow one.
/// </summary>
internal abstract class UnevenLoad : Scenario
{
    protected const int Clients = 24;

    /// <summary>A multiple of the weights' sum, of the senders and of the domains.</summary>
    protected const int Messages = 600;

    protected static readonly TimeSpan QuickDelay = TimeSpan.FromMilliseconds(50);
    protected static readonly TimeSpan SlowDelay = 5 * QuickDelay;

    private readonly Dictionary<string, SlowLink> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SmtpSink> _sinks = new(StringComparer.Ordinal);

    /// <summary>The members and their weights.</summary>
    protected static IReadOnlyDictionary<string, int> Weights { get; } =
        new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["a"] = 1,
            ["b"] = 1,
            ["c"] = 2,
            ["d"] = 1,
        };

    protected static int WeightOfAll { get; } = Weights.Values.Sum();

    /// <summary>Starts servers and relay; a is the slow one.</summary>
    /// <param name="strategy">Of the group.</param>
    /// <param name="connections">To each server. As many as there are clients, and no server is ever full.</param>
    /// <param name="clients">Sessions, each from an address of its own.</param>
    protected async Task<SpreadLoad> StartAsync(string strategy, int connections = Clients, int clients = Clients)
    {
        var configuration = new RelayConfiguration().Strategy(strategy);
        foreach (var (name, weight) in Weights)
        {
            var sink = await StartSmtpSinkAsync();
            var link = Use(new SlowLink(sink.Port));
            link.Start();
            (_sinks[name], _links[name]) = (sink, link);
            configuration.Upstream(name, link.Address, new { Weight = weight, Connections = connections });
        }

        MakeSlow("a");
        var relay = await StartRelayAsync(configuration);
        return new SpreadLoad(relay.Port, clients);
    }

    /// <summary>From now on this server is the slow one, and the others are quick.</summary>
    protected void MakeSlow(string slow)
    {
        foreach (var (name, link) in _links)
        {
            link.Delay = string.Equals(name, slow, StringComparison.Ordinal) ? SlowDelay : QuickDelay;
        }
    }

    /// <summary>Nobody was refused, and each server itself counted what the clients were told it took.</summary>
    protected void AssertServersAgree(SpreadLoad load)
    {
        Assert.That(load.Refused, Is.Empty);
        var told = CountByServer(load.Sent);
        Assert.That(Weights.Keys.Select(name => _sinks[name].Count), Is.EqualTo(Weights.Keys.Select(name => told[name])));
    }

    /// <summary>Messages by server; 0 for one that got none.</summary>
    protected static IReadOnlyDictionary<string, int> CountByServer(IReadOnlyCollection<SentMessage> messages) =>
        Weights.Keys.ToDictionary(
            static name => name,
            name => messages.Count(message => string.Equals(message.Server, name, StringComparison.Ordinal)),
            StringComparer.Ordinal
        );

    /// <summary>Messages under way at each server on the average: all their waiting, over the time that all took (Little's law).</summary>
    protected static IReadOnlyDictionary<string, double> UnderWay(IReadOnlyCollection<SentMessage> messages)
    {
        var took = messages.Max(static message => message.At + message.Wait) - messages.Min(static message => message.At);
        return Weights.Keys.ToDictionary(static name => name, name => Waited(messages, name) / took, StringComparer.Ordinal);
    }

    private static TimeSpan Waited(IReadOnlyCollection<SentMessage> messages, string server) =>
        messages
            .Where(message => string.Equals(message.Server, server, StringComparison.Ordinal))
            .Aggregate(TimeSpan.Zero, static (sum, message) => sum + message.Wait);
}
