namespace Relay.Admin;

/// <summary><c>GET /openapi/v1.json</c>: the API described for programs.</summary>
internal static class ApiDescription
{
    private const string Version = "v1";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            Version,
            static options =>
                options.AddDocumentTransformer(
                    static (document, _, _) =>
                    {
                        document.Info.Title = "Relay";
                        document.Info.Version = Version;
                        document.Info.Description = "What an operator sees and does, for programs. Errors are problem details (RFC 9457).";
                        document.Servers?.Clear(); // whatever name the reader knows it by
                        return Task.CompletedTask;
                    }
                )
        );

    public static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");
}
