namespace Relay.Core.Configuration.Validation;

/// <summary>How messages are accepted and tried.</summary>
internal static class DeliveryValidation
{
    public static void Check(DeliveryOptions delivery, KeyScope scope)
    {
        scope.At(nameof(delivery.InlineBudget)).Between(delivery.InlineBudget, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        scope.At(nameof(delivery.AttemptsPerRun)).Between(delivery.AttemptsPerRun, 1, 100);
        scope.At(nameof(delivery.UncertainDelay)).Between(delivery.UncertainDelay, TimeSpan.Zero, TimeSpan.FromDays(1));
    }
}
