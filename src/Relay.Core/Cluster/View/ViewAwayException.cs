namespace Relay.Core.Cluster.View;

/// <summary>Other nodes can neither be told nor heard now. It is tried again by itself.</summary>
internal sealed class ViewAwayException(string message, Exception? cause = null) : Exception(message, cause);
