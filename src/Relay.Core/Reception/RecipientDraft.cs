using Relay.Core.Messages;

namespace Relay.Core.Reception;

/// <summary>The parameters of one RCPT while they are read.</summary>
internal sealed class RecipientDraft
{
    public DsnNotify Notify { get; set; }

    public string? OriginalRecipient { get; set; }
}
