using Npgsql;
using NpgsqlTypes;
using Relay.Core.Cluster.View;
using Relay.Core.Database;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.PostgreSql;

/// <summary>The shared view in the database that nodes share.</summary>
internal sealed class PostgreSqlViewStore : IViewStore
{
    private const string Channel = "relay_view";

    private static readonly SqlTexts Sql = new("Relay.Core.Cluster.PostgreSql");
    private static readonly string[] Kinds = Enum.GetNames<ViewKind>();

    /// <summary>Nodes go by their own sight when this takes long; nobody waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenTidying = TimeSpan.FromMinutes(10);

    private readonly PostgreSqlDatabase _database;
    private readonly NodeLease _lease;
    private readonly string _name;
    private readonly TimeSpan _leaseTime;
    private readonly TimeProvider _time;
    private PeerNode? _self;
    private long? _tidiedAt;

    /// <param name="database">Where it is.</param>
    /// <param name="lease">Who this node is.</param>
    /// <param name="notifications">Told when another node has told something; before they begin.</param>
    /// <param name="name">Of this node.</param>
    /// <param name="leaseTime">A node that was silent for so long is not among those that live.</param>
    /// <param name="time">The clock.</param>
    public PostgreSqlViewStore(
        PostgreSqlDatabase database,
        NodeLease lease,
        DatabaseNotifications notifications,
        string name,
        TimeSpan leaseTime,
        TimeProvider time
    )
    {
        (_database, _lease, _name, _leaseTime, _time) = (database, lease, name, leaseTime, time);
        notifications.Hear(Channel, _ => Told?.Invoke());
    }

    public event Action? Told;

    public PeerNode? Self
    {
        get
        {
            var id = _lease.Id;
            if (id == 0 || !_lease.IsHeld)
            {
                return null;
            }

            var self = _self;
            return self?.Id == id ? self : _self = new PeerNode(id, _name);
        }
    }

    public Task PublishAsync(IReadOnlyList<ViewChange> changes, CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, token) =>
            {
                await using var command = Command(connection, "publish-view");
                command.Parameters.Add(Texts([.. changes.Select(static change => change.Key.Group)]));
                command.Parameters.Add(Texts([.. changes.Select(static change => change.Key.Upstream)]));
                command.Parameters.Add(Texts([.. changes.Select(static change => $"{change.Key.Kind}")]));
                command.Parameters.Add(new() { Value = changes.Select(static change => change.Key.Node).ToArray() });
                command.Parameters.Add(
                    new()
                    {
                        Value = changes.Select(static change => change.Left).ToArray(),
                        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval,
                    }
                );
                command.Parameters.Add(Texts([.. changes.Select(static change => change.Document?.ToJson())]));
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken
        );

    public Task<IReadOnlyList<ViewRow>> ReadAsync(long after, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ViewRow>>(
            async (connection, token) =>
            {
                await using var command = Command(connection, "read-view", after, Kinds);
                await using var reader = await command.ExecuteReaderAsync(token);
                List<ViewRow> rows = [];
                while (await reader.ReadAsync(token))
                {
                    rows.Add(RowOf(reader));
                }

                return rows;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<ClusterNode>> BeatAsync(NodeFigures figures, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ClusterNode>>(
            async (connection, token) =>
            {
                await TidyAsync(connection, token);
                await using var command = Command(connection, "beat-view", _lease.Id, figures.ToJson(), _leaseTime);
                await using var reader = await command.ExecuteReaderAsync(token);
                List<ClusterNode> nodes = [];
                while (await reader.ReadAsync(token))
                {
                    nodes.Add(NodeOf(reader));
                }

                return nodes;
            },
            cancellationToken
        );

    /// <summary>Every node does it now and then: there need be no other that does.</summary>
    private async Task TidyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_tidiedAt is { } at && _time.GetElapsedTime(at) < BetweenTidying)
        {
            return;
        }

        _tidiedAt = _time.GetTimestamp();
        await using var command = Command(connection, "tidy-view");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> statement, CancellationToken cancellationToken)
    {
        try
        {
            return await Deadline.KeepAsync(AskAsync, Patience, _time, cancellationToken);
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure, cancellationToken))
        {
            throw new ViewAwayException(DatabaseTrouble.Describe(failure), failure);
        }

        async Task<T> AskAsync(CancellationToken token)
        {
            await using var connection = await _database.ConnectAsync(token);
            return await statement(connection, token);
        }
    }

    private static ViewRow RowOf(NpgsqlDataReader reader) =>
        new(
            new ViewKey(reader.GetString(0), reader.GetString(1), Enum.Parse<ViewKind>(reader.GetString(2)), reader.GetInt64(3)),
            reader.GetInt64(4),
            reader.IsDBNull(5) ? null : ViewDocument.Parse(reader.GetString(5)),
            reader.GetTimeSpan(6),
            reader.IsDBNull(7) ? null : reader.GetTimeSpan(7)
        );

    private static ClusterNode NodeOf(NpgsqlDataReader reader) =>
        new(
            reader.GetInt64(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetTimeSpan(4),
            reader.GetTimeSpan(5),
            reader.IsDBNull(6) ? null : NodeFigures.Parse(reader.GetString(6))
        );

    private static NpgsqlParameter Texts(string?[] texts) => new() { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlCommand Command(NpgsqlConnection connection, string name, params object[] values)
    {
#pragma warning disable CA2100 // A file of the assembly.
        var command = new NpgsqlCommand(Sql[name], connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
