namespace Relay.Admin.Security;

/// <summary>Marks what a browser needs before it has a session. Host and Origin are checked there as everywhere.</summary>
internal sealed class OpenBeforeLogin
{
    public static readonly OpenBeforeLogin Instance = new();

    private OpenBeforeLogin() { }

    public static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<OpenBeforeLogin>() is not null;
}
