using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>Keeps the bytes of one captured mail for as long as somebody reads them, even if the mailbox lets it go meanwhile.</summary>
internal sealed class CapturedLease(CapturedMessage message, MessageBody body) : IDisposable
{
    private MessageBody? _body = body;

    public CapturedMessage Message { get; } = message;

    public MessageBody Body => _body ?? throw new ObjectDisposedException(nameof(CapturedLease));

    public void Dispose() => Interlocked.Exchange(ref _body, null)?.Release();
}
