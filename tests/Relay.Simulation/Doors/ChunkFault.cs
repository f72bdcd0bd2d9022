namespace Relay.Simulation.Doors;

/// <summary>What happens within a message that comes in chunks.</summary>
internal enum ChunkFault
{
    None,

    /// <summary>The client leaves within a chunk.</summary>
    BrokenOff,

    /// <summary>It thinks better of it between two chunks.</summary>
    Reset,

    /// <summary>It introduces itself again, which is the same.</summary>
    Hello,

    /// <summary>It names a recipient between two chunks, which is refused, and goes on.</summary>
    Recipient,

    /// <summary>It mixes DATA in, which is refused, and goes on.</summary>
    Data,

    /// <summary>The size cannot be read, so that nobody knows where the chunk ends.</summary>
    Size,

    /// <summary>A newline stands alone.</summary>
    Newline,
}
