namespace Relay.Core.Configuration.Validation;

/// <summary>Figures out of range.</summary>
internal static class EventValidation
{
    public static void Check(EventOptions events, KeyScope scope)
    {
        scope.At(nameof(events.QueueMessages)).AtLeast(events.QueueMessages, 0);
        scope.At(nameof(events.QueueAge)).Between(events.QueueAge, TimeSpan.Zero, TimeSpan.FromDays(30));
        scope.At(nameof(events.Gather)).Between(events.Gather, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }
}
