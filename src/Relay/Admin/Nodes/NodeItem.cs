using Relay.Core.Cluster.View;

namespace Relay.Admin.Nodes;

/// <summary>One relay among those that share a database, or the only one, as the API shows it.</summary>
internal sealed record NodeItem
{
    public const string Live = "live";
    public const string Draining = "draining";
    public const string Silent = "silent";

    /// <summary>New with each start of its process; 0 for a relay that runs alone, or takes no part yet.</summary>
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary><c>live</c>, <c>draining</c> (its process is to end) or <c>silent</c> (nothing is heard of it; it leaves the list when its lease is over).</summary>
    public required string State { get; init; }

    /// <summary>It is the one that answers.</summary>
    public required bool IsThis { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds since the database heard of it.</summary>
    public required double SilentSeconds { get; init; }

    /// <summary>Where its HTTP side listens, as it is configured there; empty where it has none.</summary>
    public required string Admin { get; init; }

    /// <summary>Messages that it accepts from clients; null while nothing is known.</summary>
    public required double? MessagesPerSecond { get; init; }

    /// <param name="node">As the database knows it.</param>
    /// <param name="self">Identity of the node that answers.</param>
    /// <param name="patience">A node that lives is heard of more often than this.</param>
    /// <param name="toldAt">When the database said so, by the clock of this one.</param>
    /// <param name="age">Since then. Whether a node lives is what the database said.</param>
    public static NodeItem Of(ClusterNode node, long self, TimeSpan patience, DateTimeOffset toldAt, TimeSpan age) =>
        new()
        {
            Id = node.Id,
            Name = node.Name,
            Version = node.Version,
            State =
                node.Silence > patience ? Silent
                : node.Figures is { IsDraining: true } ? Draining
                : Live,
            IsThis = node.Id == self,
            StartedAt = toldAt - node.UpTime,
            SilentSeconds = Math.Round((node.Silence + age).TotalSeconds, 1),
            Admin = node.Admin,
            MessagesPerSecond = node.Figures?.MessagesPerSecond,
        };
}
