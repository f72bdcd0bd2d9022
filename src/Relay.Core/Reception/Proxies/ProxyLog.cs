using System.Net;
using Microsoft.Extensions.Logging;

namespace Relay.Core.Reception.Proxies;

/// <summary>What is to be said of those who speak for others, ids 150 to 159.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(150, LogLevel.Warning, "{Balancer} sent no PROXY header in time; the connection is closed")]
    public static partial void ProxyHeaderMissing(this ILogger logger, IPAddress? balancer);

    [LoggerMessage(151, LogLevel.Warning, "{Balancer} sent something that is no PROXY header; the connection is closed")]
    public static partial void ProxyHeaderMalformed(this ILogger logger, IPAddress? balancer);

    // Balancers look so whether somebody listens.
    [LoggerMessage(152, LogLevel.Debug, "{Balancer} closed the connection before its PROXY header")]
    public static partial void ProxyVanished(this ILogger logger, IPAddress? balancer);

    [LoggerMessage(153, LogLevel.Warning, "{Client} sent a PROXY header but is not in ProxyProtocolFrom; the connection is closed")]
    public static partial void ProxyRefused(this ILogger logger, IPAddress? client);
}
