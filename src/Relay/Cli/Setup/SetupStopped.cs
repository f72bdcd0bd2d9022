namespace Relay.Cli.Setup;

/// <summary>The setup ends without a configuration.</summary>
/// <param name="message">Why, for people; empty when whoever was asked has left.</param>
internal sealed class SetupStopped(string message) : Exception(message);
