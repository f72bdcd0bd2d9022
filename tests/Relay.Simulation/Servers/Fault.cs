namespace Relay.Simulation.Servers;

/// <summary>What a server may do instead of its work, at any command. At the final dot each may come before or after the message was taken.</summary>
internal enum Fault
{
    None,
    Transient,
    Permanent,
    Closing,
    Hang,
    Garbage,
    OutOfStep,
    Cut,
    CutWithinReply,
    Late,
}
