namespace Relay.Core.Spool;

/// <summary>The spool could not do what it was asked for: the disk is full or broken, the database is away. What was asked has not happened.</summary>
internal sealed class SpoolUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The row is there and its body is not: no later try will find it.</summary>
internal sealed class BodyLostException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The lease has been taken over by somebody else: what was found out under it must not be written.</summary>
internal sealed class LeaseLostException(string message) : Exception(message);
