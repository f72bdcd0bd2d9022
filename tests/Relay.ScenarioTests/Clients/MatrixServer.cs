using System.Globalization;

namespace Relay.ScenarioTests.Clients;

/// <summary>What a program has to know of the relay.</summary>
/// <param name="StartTlsPort">Takes clear text as well.</param>
/// <param name="ImplicitPort">Takes TLS from the first byte.</param>
/// <param name="AuthorityFile">PEM of who signed the certificate, which is for <see cref="HostName"/>. Every program verifies it.</param>
public sealed record MatrixServer(int StartTlsPort, int ImplicitPort, string AuthorityFile)
{
    public const string HostName = "localhost";

    public int PortOf(Protection protection) => protection == Protection.Implicit ? ImplicitPort : StartTlsPort;

    public string PortTextOf(Protection protection) => PortOf(protection).ToString(CultureInfo.InvariantCulture);
}
