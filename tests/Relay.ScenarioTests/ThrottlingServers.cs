using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>
/// Servers that refuse what comes above a rate, each in words of its own: Relay finds the rate, keeps to it, and notices when it rises. All of them at once, each a group of
/// its own behind one relay. It is timed, so that it stands with the long forms; <c>AdaptivePaceTests</c> holds the same on virtual time in each run.
/// </summary>
[NonParallelizable]
[Category("Soak")]
internal sealed class ThrottlingServers : Scenario
{
    private const int Rate = 60;
    private const int Sessions = 8;

    /// <summary>Messages from the first sight of the rate until it is settled (decision 12).</summary>
    private const int Settling = 15 * Rate;

    /// <summary>A third of a minute at the rate: enough for several of the refusals that probing costs.</summary>
    private const int Measured = 20 * Rate;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly (string Name, Stage Stage, string Reply)[] Words =
    [
        ("code432", Stage.Dot, "432 4.3.2 Message rate limit exceeded"),
        ("code421", Stage.Mail, "421 4.7.0 Try again later, closing connection"),
        ("code450", Stage.Mail, "450 4.7.1 Rate limited"),
        ("code454", Stage.Dot, "454 Throttling failure: Maximum sending rate exceeded."),
        ("code550", Stage.Dot, "550 5.4.5 Daily user sending quota exceeded."),
    ];

    [Test]
    public async Task A_server_that_refuses_above_a_rate_gets_nine_tenths_of_it_refuses_less_than_one_in_a_hundred_and_more_when_it_rises()
    {
        var servers = await Task.WhenAll(Words.Select(StartServerAsync));
        var configuration = new RelayConfiguration().Set(
            "Routes",
            Words.Select(static word => new { To = $"*@{word.Name}.example", Group = word.Name }).ToArray()
        );
        for (var index = 0; index < Words.Length; index++)
        {
            configuration.Set($"Groups:{Words[index].Name}:Upstreams:{Words[index].Name}:Address", servers[index].Upstream.Address);
        }

        var relay = await StartRelayAsync(configuration);
        using var end = new CancellationTokenSource();
        var clients = Words.SelectMany(word => Enumerable.Range(0, Sessions).Select(_ => SendAsync(relay, word.Name, end.Token))).ToList();
        try
        {
            await Task.WhenAll(servers.Select((server, index) => ConvergesAsync(relay, Words[index].Name, server.Gate)));
            var one = servers[2].Gate;
            one.PerSecond = 3 * Rate;
            await ReachesAsync(one, "the pace follows the rate that has risen");
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(clients);
        }
    }

    private async Task<(ScriptedUpstream Upstream, RateGate Gate)> StartServerAsync((string Name, Stage Stage, string Reply) word)
    {
        var (upstream, gate) = (Use(await ScriptedUpstream.StartAsync()), new RateGate(Rate));
        var fault = upstream.On(word.Stage).When(gate.Refuses).Reply(word.Reply);
        if (word.Reply.StartsWith("421", StringComparison.Ordinal))
        {
            fault.ThenDisconnect();
        }

        return (upstream, gate);
    }

    /// <summary>As much as the relay will take, without a pause; what is refused is forgotten.</summary>
    private static async Task SendAsync(RelayUnderTest relay, string name, CancellationToken end)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        while (!end.IsCancellationRequested)
        {
            var reply = await client.SendMailAsync("sender@example.com", $"r@{name}.example");
            if (reply[0] != '2')
            {
                await client.CommandAsync("RSET");
            }
        }
    }

    private static async Task ConvergesAsync(RelayUnderTest relay, string name, RateGate gate)
    {
        await ReachesAsync(gate, $"{name} gets what it takes");
        var reached = gate.Accepted;
        await Until.TrueAsync(() => gate.Accepted - reached >= Settling, $"{name} has settled", Patience);
        var (accepted, refused, begin) = (gate.Accepted, gate.Refused, TimeProvider.System.GetTimestamp());
        await Until.TrueAsync(() => gate.Accepted - accepted >= Measured, $"{name} has taken {Measured} messages", Patience);
        var seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        (accepted, refused) = (gate.Accepted - accepted, gate.Refused - refused);
        var status = (await relay.GetUpstreamsAsync())[name];

        await TestContext.Out.WriteLineAsync(
            $"{name}: {accepted / seconds / Rate:P1} of the rate, {refused} of {accepted + refused} refused, pace {status.PacePerSecond}"
        );
        Assert.That(accepted / seconds, Is.GreaterThanOrEqualTo(0.9 * Rate), name);
        Assert.That(refused, Is.LessThan(0.01 * (accepted + refused)), name);
        Assert.That(status.PacePerSecond, Is.EqualTo(Rate).Within(Rate / 6), name);
        Assert.That(status.Throttled, Is.GreaterThan(0), name);
    }

    /// <summary>Waits for five seconds in which nine tenths of the rate were taken.</summary>
    private static async Task ReachesAsync(RateGate gate, string what)
    {
        var window = TimeSpan.FromSeconds(5);
        var (accepted, begin) = (gate.Accepted, TimeProvider.System.GetTimestamp());
        await Until.TrueAsync(
            () =>
            {
                if (TimeProvider.System.GetElapsedTime(begin) < window)
                {
                    return false;
                }

                var isReached = gate.Accepted - accepted >= 0.9 * window.TotalSeconds * gate.PerSecond;
                (accepted, begin) = (gate.Accepted, TimeProvider.System.GetTimestamp());
                return isReached;
            },
            what,
            Patience
        );
    }
}
