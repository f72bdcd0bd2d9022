using Relay.Core.Configuration;

namespace Relay.Dashboard;

/// <summary>Where mail is taken, as somebody on this machine would write it in the settings of an application.</summary>
internal sealed class ListenerAddress(RelayOptions options)
{
    /// <summary>Of the first listener by name.</summary>
    public string Text
    {
        get
        {
            var address =
                options.Listeners.OrderBy(static listener => listener.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault().Value?.Address
                ?? "";
            return address.StartsWith("*:", StringComparison.Ordinal) ? $"127.0.0.1{address[1..]}" : address;
        }
    }
}
