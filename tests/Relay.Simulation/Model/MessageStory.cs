using Relay.Simulation.Doors;

namespace Relay.Simulation.Model;

/// <summary>What became of one message of a client, from all points of view.</summary>
internal sealed class MessageStory(string id, string body)
{
    public string Id { get; } = id;

    /// <summary>As the client sent it.</summary>
    public string Body { get; } = body;

    public List<Delivery> Deliveries { get; } = [];

    /// <summary>Those that Relay has accepted.</summary>
    public List<RecipientStory> Recipients { get; } = [];

    /// <summary>Nothing could be kept when it came, so that all its recipients share one fate.</summary>
    public bool IsUnkept { get; set; }

    /// <summary>The disk did not take it: Relay could not answer for what was left.</summary>
    public bool IsNotStored { get; set; }

    /// <summary>Its sender is told when it cannot be delivered: somebody whom anybody may have made up is not.</summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>Who has sent all of it by the front door; null while nobody has.</summary>
    public Caller? From { get; set; }

    /// <summary>Reception has handed it over.</summary>
    public bool IsIn { get; set; }

    /// <summary>The reply to the client's dot; null while there is none.</summary>
    public string? Answer { get; set; }

    public bool IsAnswered250 => Answer?.StartsWith("250", StringComparison.Ordinal) == true;

    public RecipientStory Of(string address) =>
        Recipients.Single(recipient => string.Equals(recipient.Address, address, StringComparison.Ordinal));

    /// <summary>Transactions with this recipient.</summary>
    public IEnumerable<Delivery> To(RecipientStory recipient) => Deliveries.Where(delivery => delivery.Recipients.Contains(recipient));

    /// <summary>A server has it, and Relay knows.</summary>
    public bool IsDelivered(RecipientStory recipient) => IsDelivered(recipient, null);

    /// <summary>A server has it, other than this one, and Relay knows.</summary>
    public bool IsDelivered(RecipientStory recipient, string? exceptBy) =>
        To(recipient)
            .Any(delivery =>
                delivery.IsAccepted && delivery.IsAnswered250 && !string.Equals(delivery.Server.Name, exceptBy, StringComparison.Ordinal)
            );

    /// <summary>A server has it, whatever Relay knows.</summary>
    public bool IsTaken(RecipientStory recipient) => To(recipient).Any(static delivery => delivery.IsAccepted);

    /// <summary>A server refused it for good, and there is nobody to tell.</summary>
    public bool IsDropped(RecipientStory recipient) => !IsTrusted && recipient.IsRefusedForGood;

    /// <summary>Those of a group that nothing final is known of.</summary>
    public List<RecipientStory> Open(string group) =>
        Recipients.FindAll(recipient =>
            string.Equals(recipient.Group, group, StringComparison.Ordinal) && !recipient.IsBounced && !IsDelivered(recipient)
        );
}
