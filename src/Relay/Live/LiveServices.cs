namespace Relay.Live;

/// <summary>What looks at the running relay once a second.</summary>
internal static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services) =>
        services
            .AddSingleton<UpstreamHistory>()
            .AddSingleton<TrafficSampler>()
            .AddSingleton<EventFeed>()
            .AddHostedService(static provider => provider.GetRequiredService<TrafficSampler>());
}
