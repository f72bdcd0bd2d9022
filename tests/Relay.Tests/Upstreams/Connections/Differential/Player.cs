using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>Has a client hold a conversation, and notes what came of each turn.</summary>
/// <param name="conversation">What it is to say.</param>
/// <param name="heard">The same as the server hears it: who is who in its script.</param>
/// <param name="client">Which client.</param>
internal sealed class Player(Conversation conversation, Conversation heard, UpstreamClient client)
{
    /// <summary>By the clock on the wall: longer than any step of a client takes here. Then it waits for something that does not come, and the clock is run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TestClock _time = new();
    private readonly List<Observation> _observations = [];
    private IUpstreamSession? _session;

    public static async Task<IReadOnlyList<Observation>> PlayAsync(Conversation conversation, Conversation heard, UpstreamClient client)
    {
        var player = new Player(conversation, heard, client);
        await player.PlayAsync();
        return player._observations;
    }

    private async Task PlayAsync()
    {
        await using var upstream = new ScriptedUpstream { Options = conversation.Server };
        var options = new UpstreamOptions { Address = "localhost:25", Client = client };
        await using var bench = UpstreamBench.InProcess(upstream, _time, options);
        foreach (var (turn, script) in conversation.Turns.Zip(heard.Turns))
        {
            _session = _session is { IsReusable: true } ? _session : await bench.OpenAsync();
            _observations.Add(await PlayAsync(turn, script, upstream, _session));
        }
    }

    private async Task<Observation> PlayAsync(Turn turn, Turn script, ScriptedUpstream upstream, IUpstreamSession session)
    {
        if (turn.Unsent is { } told)
        {
            return Observation.Unsent(turn, told);
        }

        foreach (var disturbance in turn.Disturbances)
        {
            disturbance.Apply(upstream, script);
        }

        var (commands, received) = (upstream.Commands.Count, upstream.Received.Count);
        var transaction = turn.ToTransaction();
        var result = await FinishAsync(session.TransactAsync(transaction, CancellationToken.None).AsTask());
        var isReusable = session.IsReusable;
        if (!isReusable)
        {
            // What is still on its way to the server must not meet the script of the next turn.
            await session.DisposeAsync();
            await Until.TrueAsync(() => upstream.OpenConnections == 0, "the server has seen the end of the connection");
        }

        upstream.ClearFaults();
        string[] lines = [.. upstream.Commands.Skip(commands)];
        var mailLine = Array.Find(lines, static line => line.StartsWith("MAIL", StringComparison.Ordinal)) ?? "";
        // How much of what was pipelined the server reads before it sees the end of a broken connection is chance.
        var rcptLines = result.Failure is null ? lines.Where(static line => line.StartsWith("RCPT", StringComparison.Ordinal)) : [];
        var server = new ServerSide(mailLine, string.Join(" | ", rcptLines), [.. upstream.Received.Skip(received)]);
        return Observation.Of(turn, transaction, result, isReusable, server);
    }

    private async Task<TransactionResult> FinishAsync(Task<TransactionResult> sending)
    {
        try
        {
            return await sending.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // It may have come to its end since, and with any other exception than this one: the last line tells.
            await Until.TrueByStepsAsync(
                () => sending.IsCompleted,
                () => _time.Advance(TimeSpan.FromSeconds(5)),
                "the client has given up"
            );
        }

        return await sending;
    }
}
