namespace Relay.Admin.Security;

/// <summary>Marks endpoints that are asked by POST, since the question is long, and change nothing: a read-only token opens them.</summary>
internal sealed class ChangesNothing
{
    public static readonly ChangesNothing Instance = new();

    private ChangesNothing() { }

    public static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ChangesNothing>() is not null;
}
