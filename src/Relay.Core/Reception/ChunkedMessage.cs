using Relay.Core.Messages;

namespace Relay.Core.Reception;

/// <summary>A message between two of its chunks. Disposing it drops what has come; a body that was completed is somebody else's by then.</summary>
/// <param name="id">The message's id.</param>
/// <param name="body">What has come.</param>
/// <param name="started">Timestamp of the first chunk: all together may take as long as a message.</param>
internal sealed class ChunkedMessage(MessageId id, MessageBodyWriter body, long started) : IDisposable
{
    public MessageId Id { get; } = id;

    public MessageBodyWriter Body { get; } = body;

    public long Started { get; } = started;

    public void Dispose() => Body.Dispose();
}
