using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Admin.Captured;

/// <summary>Finds one captured mail by what a request calls it.</summary>
internal static class CapturedMail
{
    public static bool TryOpen(this CaptureMailboxes mailboxes, string id, [NotNullWhen(true)] out CapturedLease? lease)
    {
        lease = null;
        return MessageId.TryParse(id, out var messageId) && mailboxes.TryOpen(messageId, out lease);
    }

    public static ProblemHttpResult NotFound(string id) => Problems.NotFound($"No captured message has the id {id}.");
}
