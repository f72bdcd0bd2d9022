using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>Something happened in a mailbox.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">To which mail; null when it is about many.</param>
/// <param name="Message">The mail that arrived; null otherwise.</param>
internal sealed record CaptureChange(CaptureChangeKind Kind, MessageId? Id = null, CapturedMessage? Message = null);

internal enum CaptureChangeKind
{
    Arrived,
    Read,
    Deleted,
}
