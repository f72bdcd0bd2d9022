namespace Relay.Simulation.Doors;

/// <summary>What is wrong with a login.</summary>
internal enum LoginFault
{
    None,

    /// <summary>The password.</summary>
    Password,

    /// <summary>Nobody has the name.</summary>
    User,

    /// <summary>A user wants to act for another one.</summary>
    Authority,

    /// <summary>The client thinks better of it.</summary>
    Cancelled,

    /// <summary>What it sends is not Base64.</summary>
    Garbled,
}
