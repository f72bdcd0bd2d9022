namespace Relay.Core.Configuration.Validation;

/// <summary>Bounds of what is remembered of recent messages.</summary>
internal static class TrailValidation
{
    public static void Check(TrailOptions trail, KeyScope scope)
    {
        scope.At(nameof(trail.Messages)).Between(trail.Messages, 0, 1_000_000);
        scope.At(nameof(trail.Memory)).Between(trail.Memory, 64 * 1024, 4L * 1024 * 1024 * 1024);
    }
}
