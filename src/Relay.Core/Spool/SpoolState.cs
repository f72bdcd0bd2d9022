namespace Relay.Core.Spool;

/// <summary>Where a spooled delivery stands. The numbers are stored: they are never given another meaning.</summary>
internal enum SpoolState
{
    /// <summary>Tried when it is due.</summary>
    Waiting = 0,

    /// <summary>Leased: somebody works on it.</summary>
    Active = 1,

    /// <summary>Not tried until somebody decides.</summary>
    Held = 2,

    /// <summary>The final dot went out once and was not answered; tried again when it is due.</summary>
    Uncertain = 3,

    /// <summary>A record of what failed for good. Nothing is tried any more, and its body is gone.</summary>
    Failed = 4,
}
