namespace Relay.Core.Database;

/// <summary>The database cannot be reached, or does not do what it is asked for. It is tried again by itself.</summary>
internal sealed class DatabaseAwayException(string message, Exception? cause = null) : Exception(message, cause);
