namespace Relay.Core.Pickup;

/// <summary>The pickup folder cannot be used; the message says why.</summary>
public sealed class PickupOpenException(string message, Exception inner) : Exception(message, inner);
