namespace Relay.Simulation.Doors;

/// <summary>What comes before a session.</summary>
internal enum Preamble
{
    /// <summary>Nothing, as it should be.</summary>
    None,

    /// <summary>A PROXY header in words.</summary>
    Line,

    /// <summary>A PROXY header in binary form.</summary>
    Binary,

    /// <summary>The balancer does not know who its client is.</summary>
    Unknown,

    /// <summary>The balancer looks whether Relay is there.</summary>
    Local,

    /// <summary>Of another address family.</summary>
    Unix,

    /// <summary>Where a header is due, commands come.</summary>
    Missing,

    /// <summary>Something that only begins like a header.</summary>
    Garbage,

    /// <summary>Nothing comes at all.</summary>
    Silence,

    /// <summary>The connection breaks within the header.</summary>
    Torn,

    /// <summary>A header from somebody whose word is not taken.</summary>
    Intrusion,
}
