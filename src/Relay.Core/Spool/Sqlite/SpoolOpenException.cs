namespace Relay.Core.Spool.Sqlite;

/// <summary>The spool cannot be opened; the message says why to the operator. Nothing was changed.</summary>
internal sealed class SpoolOpenException(string message, Exception? cause = null) : Exception(message, cause);
