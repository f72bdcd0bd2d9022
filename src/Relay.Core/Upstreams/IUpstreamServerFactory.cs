using Relay.Core.Configuration;

namespace Relay.Core.Upstreams;

/// <summary>Makes a server with its pool and the connector that fits its kind. The simulation makes servers of its own.</summary>
internal interface IUpstreamServerFactory
{
    UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options);
}
