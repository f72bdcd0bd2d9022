using Relay.Webhooks;

namespace Relay.Events;

/// <summary>What events need.</summary>
internal static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services) =>
        services
            .AddSingleton<IEventSource, UpstreamEvents>()
            .AddSingleton<IEventSource, QueueEvents>()
            .AddSingleton<IEventSource, ConfigurationEvents>()
            .AddSingleton<WebhookClient>()
            .AddSingleton<WebhookSenders>()
            .AddHostedService<EventWatch>();
}
