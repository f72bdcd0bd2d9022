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
        CheckChecks(health, scope);
        scope
            .At(nameof(health.MaximumEjectionTime))
            .ReportIf(
                health.MaximumEjectionTime < health.EjectionTime && health.MaximumEjectionTime >= second,
                $"is shorter than EjectionTime ({health.EjectionTime:c})"
            );
    }

    private static void CheckChecks(HealthOptions health, KeyScope scope)
    {
        var (second, hour, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        scope
            .At(nameof(health.Interval))
            .ReportIf(
                health.Interval != TimeSpan.Zero && (health.Interval < second || health.Interval > day),
                $"{health.Interval:c} is neither {TimeSpan.Zero:c} (no checks) nor between {second:c} and {day:c}"
            );
        scope.At(nameof(health.Timeout)).Between(health.Timeout, second, hour);
        scope.At(nameof(health.Fall)).Between(health.Fall, 1, 100);
        scope.At(nameof(health.Rise)).Between(health.Rise, 1, 100);
    }
}
