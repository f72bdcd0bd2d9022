namespace Relay.Admin;

/// <summary>The routes of the HTTP side on one screen; a file for each endpoint.</summary>
internal static class AdminApi
{
    public static void MapAdminApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", StartPage.Show);

        var api = routes.MapGroup("/api/v1");
        api.MapGet("/upstreams", ListUpstreams.Handle);
        api.MapGet("/captured", ListCaptured.Handle);
        api.MapGet("/captured/{id}", ShowCaptured.HandleAsync);
        api.MapGet("/captured/{id}/message", DownloadCaptured.Handle);
    }
}
