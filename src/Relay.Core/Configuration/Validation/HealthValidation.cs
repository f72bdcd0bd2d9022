namespace Relay.Core.Configuration.Validation;

/// <summary>When members of a group are taken out of use, and for how long.</summary>
internal static class HealthValidation
{
    public static void Check(HealthOptions health, KeyScope scope)
    {
        var (second, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        scope.At(nameof(health.ConsecutiveFailures)).Between(health.ConsecutiveFailures, 1, 1000);
        scope.At(nameof(health.EjectionTime)).Between(health.EjectionTime, second, day);
        scope.At(nameof(health.MaximumEjectionTime)).Between(health.MaximumEjectionTime, second, day);
        scope.At(nameof(health.SlowStart)).Between(health.SlowStart, TimeSpan.Zero, day);
        scope
            .At(nameof(health.MaximumEjectionTime))
            .ReportIf(
                health.MaximumEjectionTime < health.EjectionTime && health.MaximumEjectionTime >= second,
                $"is shorter than EjectionTime ({health.EjectionTime:c})"
            );
    }
}
