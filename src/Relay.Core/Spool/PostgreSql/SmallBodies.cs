using System.Threading.Channels;
using Relay.Core.Database;
using Relay.Core.Messages;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Reads small bodies, all that are wanted at a time by one statement: whoever claims a hundred rows wants a hundred bodies next.</summary>
internal sealed class SmallBodies : IAsyncDisposable
{
    private const int MostTogether = 100;

    /// <summary>How long the first of them waits for others: runs of a claim ask one after the other, and those of a backlog all the time.</summary>
    private static readonly TimeSpan GatherPatience = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly PostgreSqlDatabase _database;
    private readonly Channel<Wanted> _wanted = Channel.CreateUnbounded<Wanted>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _run;

    public SmallBodies(PostgreSqlDatabase database)
    {
        _database = database;
        _run = Task.Run(RunAsync);
    }

    /// <summary>The first piece of a body; null when there is none. Bounded by its callers: each waits for its own.</summary>
    public Task<byte[]?> ReadAsync(MessageId id)
    {
        var wanted = new Wanted(id);
        return _wanted.Writer.TryWrite(wanted) ? wanted.Read.Task : throw new DatabaseAwayException("the spool is closed");
    }

    public async ValueTask DisposeAsync()
    {
        _wanted.Writer.TryComplete();
        await _run;
    }

    private async Task RunAsync()
    {
        List<Wanted> together = [];
        while (await _wanted.Reader.WaitToReadAsync())
        {
            await Task.Delay(GatherPatience, TimeProvider.System);
            together.Clear();
            while (together.Count < MostTogether && _wanted.Reader.TryRead(out var wanted))
            {
                together.Add(wanted);
            }

            await ServeAsync(together);
        }
    }

    private async Task ServeAsync(List<Wanted> together)
    {
        try
        {
            byte[][] ids = [.. together.Select(static wanted => wanted.Id).Distinct().Select(Rows.Id)];
            var contents = await Deadline.KeepAsync(token => ReadAsync(ids, token), Patience, TimeProvider.System, CancellationToken.None);
            together.ForEach(wanted => wanted.Read.TrySetResult(contents.GetValueOrDefault(wanted.Id)));
        }
        catch (Exception failure)
        {
            together.ForEach(wanted => wanted.Read.TrySetException(new DatabaseAwayException(DatabaseTrouble.Describe(failure), failure)));
        }
    }

    private async Task<Dictionary<MessageId, byte[]>> ReadAsync(byte[][] ids, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        var rows = await SpoolSql.QueryAsync(
            connection,
            "select-bodies",
            static reader => (Id: Rows.Id(reader.GetFieldValue<byte[]>(0)), Content: reader.GetFieldValue<byte[]>(1)),
            [Value.Many(ids)],
            cancellationToken
        );
        return rows.ToDictionary(static row => row.Id, static row => row.Content);
    }

    private sealed record Wanted(MessageId Id)
    {
        public TaskCompletionSource<byte[]?> Read { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
