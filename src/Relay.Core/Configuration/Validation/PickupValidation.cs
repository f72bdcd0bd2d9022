namespace Relay.Core.Configuration.Validation;

/// <summary>Figures out of range, and a folder that is not one of its own.</summary>
internal static class PickupValidation
{
    private const int MostAtOnce = 100;

    public static void Check(RelayOptions options, KeyScope scope)
    {
        var pickup = options.Pickup;
        scope.At(nameof(pickup.Interval)).Between(pickup.Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        scope.At(nameof(pickup.RetryAfter)).Between(pickup.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        scope.At(nameof(pickup.AtOnce)).Between(pickup.AtOnce, 1, MostAtOnce);
        scope
            .At(nameof(pickup.Path))
            .ReportIf(
                !string.IsNullOrEmpty(pickup.Path) && options.Listeners.ContainsKey(PickupListener),
                $"messages of the folder come by the listener \"{PickupListener}\", a name that a listener has as well"
            );
    }

    /// <summary>What <c>Routes:N:Listener</c> calls the folder.</summary>
    public const string PickupListener = "pickup";
}
