namespace Relay.Simulation.Doors;

/// <summary>How a client logs in.</summary>
internal enum LoginMechanism
{
    /// <summary>PLAIN, asked for.</summary>
    Plain,

    /// <summary>PLAIN with an initial response.</summary>
    PlainAtOnce,

    Login,

    Scram,
}
