namespace Relay.Core.Configuration.Validation;

/// <summary>How messages are accepted and tried, as far as this version can do it.</summary>
internal static class DeliveryValidation
{
    public static void Check(DeliveryOptions delivery, KeyScope scope)
    {
        scope
            .At(nameof(delivery.Accept))
            .ReportIf(
                delivery.Accept is AcceptMode.Hybrid or AcceptMode.Queue,
                $"{delivery.Accept} needs the spool, which this version does not have; use Proxy or leave it out"
            );
        scope.At(nameof(delivery.InlineBudget)).Between(delivery.InlineBudget, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        scope.At(nameof(delivery.AttemptsPerRun)).Between(delivery.AttemptsPerRun, 1, 100);
    }
}
