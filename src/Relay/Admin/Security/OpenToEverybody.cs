namespace Relay.Admin.Security;

/// <summary>
/// Marks endpoints that probes ask, which carry no token and use whatever name they know the machine by. They tell nothing worth stealing
/// and change nothing.
/// </summary>
internal sealed class OpenToEverybody
{
    public static readonly OpenToEverybody Instance = new();

    private OpenToEverybody() { }

    public static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<OpenToEverybody>() is not null;
}
