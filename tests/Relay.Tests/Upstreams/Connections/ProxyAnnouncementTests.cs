using System.Buffers;
using System.Net;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Reception.Proxies;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>The bytes of a PROXY header. What they look like over sockets is the scenario ClientIdentities.</summary>
internal sealed class ProxyAnnouncementTests
{
    [TestCase("192.0.2.7", "PROXY TCP4 192.0.2.7 127.0.0.1 25 25\r\n")]
    [TestCase("2001:db8::7", "PROXY TCP6 2001:db8::7 ::ffff:127.0.0.1 25 25\r\n")]
    [TestCase("fe80::7%3", "PROXY TCP6 fe80::7 ::ffff:127.0.0.1 25 25\r\n")]
    [TestCase(null, "PROXY UNKNOWN\r\n")]
    public void Version_1_is_a_line(string? client, string line) =>
        Assert.That(Encoding.ASCII.GetString(Compose(ClientIdentity.ProxyV1, client)), Is.EqualTo(line));

    [TestCase("192.0.2.7", "2111000C" + "C0000207" + "7F000001" + "0019" + "0019")]
    [TestCase("2001:db8::7", "21210024" + "20010DB8000000000000000000000007" + "00000000000000000000FFFF7F000001" + "0019" + "0019")]
    [TestCase(null, "20000000")]
    public void Version_2_is_binary(string? client, string behindSignature) =>
        Assert.That(Convert.ToHexString(Compose(ClientIdentity.ProxyV2, client)), Is.EqualTo("0D0A0D0A000D0A515549540A" + behindSignature));

    [TestCase(ClientIdentity.None)]
    [TestCase(ClientIdentity.XClient)]
    public void Without_it_nothing_precedes_the_session(ClientIdentity identity) => Assert.That(Compose(identity, "192.0.2.7"), Is.Empty);

    [Test]
    public void The_front_end_reads_what_is_written_here(
        [Values(ClientIdentity.ProxyV1, ClientIdentity.ProxyV2)] ClientIdentity identity,
        [Values("192.0.2.7", "2001:db8::7", null)] string? client
    )
    {
        var header = Compose(identity, client);

        var status = ProxyHeader.Read(new ReadOnlySequence<byte>(header), out var source, out var length);

        Assert.That((status, source?.ToString(), length), Is.EqualTo((ProxyHeaderStatus.Whole, client, header.Length)));
    }

    private static byte[] Compose(ClientIdentity identity, string? client)
    {
        var (stream, other) = InProcessStream.CreatePair();
        using (stream)
        using (other)
        {
            var forwarded = client is null ? null : new ForwardedClient(IPAddress.Parse(client), "", null);
            return ProxyAnnouncement.Compose(identity, forwarded, stream);
        }
    }
}
