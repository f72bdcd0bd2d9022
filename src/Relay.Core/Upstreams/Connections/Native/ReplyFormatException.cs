namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>What came is no reply of RFC 5321 §4.2.</summary>
internal sealed class ReplyFormatException(string message) : IOException(message);
