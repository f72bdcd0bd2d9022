using System.Net;
using System.Net.Sockets;
using Relay.Services;

namespace Relay.Tests.Services;

public sealed class ActivatedSocketsTests
{
    [TestCase(null, null, null, "LISTEN_FDS is not set")]
    [TestCase("7", "0", null, "LISTEN_FDS is not set")]
    [TestCase("7", "-1", null, "LISTEN_FDS is not set")]
    [TestCase("7", "two", null, "LISTEN_FDS is not set")]
    [TestCase("8", "1", "smtp", "to process 8, and this is 7")]
    [TestCase("7", "2", "mail:admin", "no socket of that name; there is admin, mail")]
    [TestCase("7", "2", "mail", "no socket of that name; there is mail, unknown")]
    [TestCase("7", "1", null, "no socket of that name; there is unknown")]
    public void A_socket_that_was_not_handed_over_is_refused_with_the_reason(
        string? processId,
        string? count,
        string? names,
        string expected
    )
    {
        var sockets = ActivatedSockets.Read(processId, count, names, ownProcessId: 7);

        Assert.That(sockets.WhyNot("smtp"), Does.Contain(expected));
        Assert.That(sockets.Named("smtp"), Is.Empty);
    }

    [Test]
    public void What_does_not_listen_is_refused()
    {
        var sockets = ActivatedSockets.Read("7", "100000", "", ownProcessId: 7);

        // Far beyond what this process has open.
        Assert.That(sockets.WhyNot("unknown"), Does.Contain("ListenStream="));
    }

    [TestCase("127.0.0.1:2525")]
    [TestCase("unix:/run/relay.sock")]
    [TestCase("systemd:smtp")]
    public void An_address_without_a_socket_stays_as_it_is(string address) =>
        Assert.That(ActivatedSockets.Read(null, null, null, ownProcessId: 7).Resolve(address), Is.EqualTo(address));

    [Test]
    public void A_borrowed_socket_goes_on_listening()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var descriptor = (int)listener.Server.Handle;
        var names = string.Concat(Enumerable.Repeat(":", descriptor - 3)) + "smtp";
        var sockets = ActivatedSockets.Read(
            "7",
            (descriptor - 2).ToString(System.Globalization.CultureInfo.InvariantCulture),
            names,
            ownProcessId: 7
        );

        Assert.That(sockets.WhyNot("smtp"), Is.Null);
        Assert.That(sockets.Named("smtp"), Is.EqualTo(new[] { descriptor }));
        Assert.That(sockets.Resolve("systemd:smtp"), Is.EqualTo($"{listener.LocalEndpoint}"));
        using var client = new TcpClient();
        Assert.That(() => client.Connect((IPEndPoint)listener.LocalEndpoint), Throws.Nothing);
    }
}
