using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Deployment.Fronts;

/// <summary>A configuration of the samples, read by the program's own loader. The secrets that it names are not on this machine, and are not opened.</summary>
internal static class SampleNode
{
    public static ConfigurationResult Load(string text) =>
        new ConfigurationLoader(StrategyRegistry.Names).Load(
            new ConfigurationSources
            {
                File = "/etc/relay/appsettings.json",
                FileText = text,
                ReadsFiles = false,
                CurrentFolder = "/",
                ProgramFolder = "/",
            }
        );

    /// <exception cref="AssertionException">It is not valid; the message names what is wrong.</exception>
    public static RelayOptions OptionsOf(string text)
    {
        var result = Load(text);
        Assert.That(result.Errors.Select(static error => error.ToString()), Is.Empty);
        return result.Options!;
    }

    /// <summary>The port of an address such as <c>*:25</c>.</summary>
    public static string PortOf(string address) => address[(address.LastIndexOf(':') + 1)..];
}
