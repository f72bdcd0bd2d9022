namespace Relay.Core.Telemetry;

/// <summary>What the whole process uses, and may use, at one moment.</summary>
internal sealed record ProcessReading
{
    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Bytes of pooled memory that message bodies hold, and may hold.</summary>
    public required (long Used, long Limit) Memory { get; init; }

    /// <summary>Client connections that may be open at the same time.</summary>
    public required int ConnectionLimit { get; init; }

    /// <summary>Ends of the certificates that are shown to clients, in the order of the configuration.</summary>
    public required IReadOnlyList<DateTimeOffset> CertificateEnds { get; init; }
}
