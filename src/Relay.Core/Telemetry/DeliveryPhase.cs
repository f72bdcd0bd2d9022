namespace Relay.Core.Telemetry;

/// <summary>What a delivery spends its time on.</summary>
internal enum DeliveryPhase
{
    /// <summary>Waiting until an upstream has room.</summary>
    Queue,

    /// <summary>Opening a connection: TCP, greeting, TLS, password. A kept connection has no such phase.</summary>
    Connect,

    /// <summary>From MAIL to the answer to the final dot, or to where it broke off.</summary>
    Transaction,
}
