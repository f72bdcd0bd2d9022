namespace Relay.Dashboard;

/// <summary>
/// What pages of the dashboard may load: from here, and nothing else. Scripts are files of ours; styles are set by MudBlazor on elements and in one element of
/// its theme. The one frame shows a captured mail, whose own response forbids it everything.
/// </summary>
internal sealed class PagePolicy
{
    public const string Text =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>On the endpoints of pages.</summary>
    public static readonly PagePolicy Instance = new();

    private PagePolicy() { }

    public static bool IsFor(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PagePolicy>() is not null;
}
