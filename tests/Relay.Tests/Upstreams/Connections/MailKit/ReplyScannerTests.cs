using System.Text;
using Relay.Core.Upstreams.Connections.MailKit;

namespace Relay.Tests.Upstreams.Connections.MailKit;

internal sealed class ReplyScannerTests
{
    [TestCase("250 fine\r\n", 250)]
    [TestCase("250\r\n", 250)]
    [TestCase("250-one\r\n250-two\r\n250 three\r\n", 250)]
    [TestCase("250 one\r\n451 4.3.0 two\r\n", 451)]
    [TestCase("421-4.3.2 a\r\n421 \r\n", 421)]
    public void Replies_are_followed_however_they_are_cut(string wire, int lastCode)
    {
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            var scanner = new ReplyScanner();
            scanner.Scan(Encoding.ASCII.GetBytes(wire[..cut]));
            scanner.Scan(Encoding.ASCII.GetBytes(wire[cut..]));

            Assert.That((scanner.LastCode, scanner.SawGarbage), Is.EqualTo((lastCode, false)), $"cut at {cut}");
        }
    }

    [Test]
    public void A_reply_is_complete_with_its_last_line()
    {
        var scanner = new ReplyScanner();

        Assert.That(scanner.Scan("250-one\r\n250 tw"u8), Is.False);
        Assert.That(scanner.Scan("o\r\n"u8), Is.True);
    }

    [TestCase("HTTP/1.1 400 Bad Request\r\n")]
    [TestCase("25\r\n")]
    [TestCase("2500 x\r\n")]
    [TestCase("\r\n")]
    [TestCase("250-one\r\n251 two\r\n")]
    public void What_is_no_reply_is_noticed(string wire)
    {
        var scanner = new ReplyScanner();
        scanner.Scan(Encoding.ASCII.GetBytes(wire));

        Assert.That(scanner.SawGarbage, Is.True);
    }
}
