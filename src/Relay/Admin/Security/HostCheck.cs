using System.Net;
using Relay.Core.Configuration;

namespace Relay.Admin.Security;

/// <summary>
/// Refuses requests that were not meant for this address. A web page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding)
/// and have the browser of a developer read captured mail; the Host field gives it away.
/// </summary>
internal sealed class HostCheck
{
    private readonly string _hostName;
    private readonly string _configuredHost;
    private readonly bool _listensOnAll;

    public HostCheck(RelayOptions options)
    {
        _hostName = options.HostName;
        _configuredHost = EndpointAddress.TryParse(options.Admin.Address, defaultPort: 0, out var address) ? address.Host : "";
        _listensOnAll = _configuredHost is "*" or "0.0.0.0" or "::";
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsOurs(context.Request.Host.Host))
        {
            return next(context);
        }

        return Refusals.OtherHost(context);
    }

    /// <summary>Loopback always; the configured address; on all addresses any address, which cannot be rebound, and the host name.</summary>
    public bool IsOurs(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return _listensOnAll || IPAddress.IsLoopback(address) || address.ToString() == _configuredHost;
        }

        return string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (_listensOnAll && string.Equals(host, _hostName, StringComparison.OrdinalIgnoreCase));
    }
}
