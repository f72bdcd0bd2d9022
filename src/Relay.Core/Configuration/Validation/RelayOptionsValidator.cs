using Relay.Core.Configuration.Loading;

namespace Relay.Core.Configuration.Validation;

/// <summary>
/// Says everything that is wrong with options whose values could be read. Pure: looks at nothing but the options, so that a
/// configuration can be checked where it will not run.
/// </summary>
/// <param name="strategies">Names of the strategies that a group may use.</param>
public sealed class RelayOptionsValidator(IReadOnlyCollection<string> strategies)
{
    public IReadOnlyList<ConfigurationError> Validate(RelayOptions options)
    {
        var errors = new List<ConfigurationError>();
        var relay = new KeyScope(ConfigurationLoader.Root, errors);
        CheckHostName(options.HostName, relay.At(nameof(options.HostName)));
        ListenerValidation.Check(options, relay);
        TlsValidation.Check(options, relay);
        AccessValidation.Check(options.Access, relay.At(nameof(options.Access)));
        LimitValidation.Check(options.Limits, relay.At(nameof(options.Limits)));
        DeliveryValidation.Check(options.Delivery, relay.At(nameof(options.Delivery)));
        SpoolValidation.Check(options, relay);
        ClusterValidation.Check(options.Cluster, relay.At(nameof(options.Cluster)));
        GroupValidation.Check(options.Groups, strategies, relay.At(nameof(options.Groups)));
        DiscoveryValidation.Check(options.Discovery, relay.At(nameof(options.Discovery)));
        RouteValidation.Check(options, relay.At(nameof(options.Routes)));
        TrailValidation.Check(options.Trail, relay.At(nameof(options.Trail)));
        AdminValidation.Check(options.Admin, relay.At(nameof(options.Admin)));
        TelemetryValidation.Check(options.Telemetry, relay.At(nameof(options.Telemetry)));
        EventValidation.Check(options.Events, relay.At(nameof(options.Events)));
        WebhookValidation.Check(options.Webhooks, relay.At(nameof(options.Webhooks)));
        PickupValidation.Check(options, relay.At(nameof(options.Pickup)));
        return errors;
    }

    private static void CheckHostName(string name, KeyScope scope)
    {
        // It stands in the greeting and in Received:, where a blank would end it (RFC 5321 §4.1.2, Domain).
        var isWord =
            name.Length is > 0 and <= 255
            && name.All(character => char.IsAsciiLetterOrDigit(character) || "-_.[]:".Contains(character, StringComparison.Ordinal));
        scope.ReportIf(!isWord, $"\"{name}\" is not a host name");
    }
}
