namespace Relay.Cli;

/// <summary>The running relay could not be asked, or said no; the message is for people.</summary>
internal sealed class AdminFailure(string message) : Exception(message);
