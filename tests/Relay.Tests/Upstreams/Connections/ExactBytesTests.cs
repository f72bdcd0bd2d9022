using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>The stub message leans on how MimeKit writes; these are the bodies that ordinary sending damages.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class ExactBytesTests(UpstreamClient client) : UpstreamSessionFixture(client)
{
    private static readonly string LongLine = new('x', 5000);

    private static IEnumerable<TestCaseData> AwkwardBodies()
    {
        yield return Body("ordinary", "Subject: a\r\n\r\nbody\r\n");
        yield return Body("header only", "Subject: a\r\n");
        yield return Body("no header", "\r\nbody\r\n");
        yield return Body("not a header at all", "this is no field\r\nnor is this\r\n");
        yield return Body("eight bits undeclared", "Subject: gr\xfc\xdfe\r\n\r\n\xe4\xf6\xfc \xff\xfe\r\n");
        yield return Body("long line", $"Subject: a\r\n\r\n{LongLine}\r\n");
        yield return Body("long field", $"Subject: {LongLine}\r\n\r\nbody\r\n");
        yield return Body("dots", "Subject: a\r\n\r\n.\r\n..\r\n...\r\n.a\r\n. \r\n");
        yield return Body("only dots", ".\r\n.\r\n.\r\n");
        yield return Body("one dot in front", ".Subject: a\r\n\r\n");
        yield return Body(
            "fields of the stub",
            "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\n!!\r\n"
        );
        yield return Body("blanks at line ends", "Subject: a  \t\r\n\r\nbody \t \r\n \r\n\r\n\r\n");
        yield return Body("odd folding", "Subject: a\r\n  b\r\n\tc\r\nX:\r\n y\r\n\r\nbody\r\n");
        yield return Body("broken multipart", "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: x\r\n\r\n--b\r\n");
        yield return Body("mbox line", "Subject: a\r\n\r\nFrom here on\r\n>From there\r\n");
        yield return Body("NUL", "Subject: a\r\n\r\na\0b\r\n");
        yield return Body("one line end", "\r\n");
    }

    [TestCaseSource(nameof(AwkwardBodies))]
    public async Task Every_byte_arrives_as_it_was(byte[] body)
    {
        var result = await SendAsync(UpstreamBench.Message(body));

        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Accepted[0].Bytes, Is.EqualTo(body));
    }

    [Test]
    public async Task A_missing_last_line_end_is_added_and_nothing_else()
    {
        await SendAsync(UpstreamBench.WithBody("Subject: a\r\n\r\nno end"));

        Assert.That(Upstream.Accepted[0].Text, Is.EqualTo("Subject: a\r\n\r\nno end\r\n"));
    }

    [Test]
    public async Task An_empty_message_stays_empty()
    {
        await SendAsync(UpstreamBench.WithBody(""));

        Assert.That(Upstream.Accepted[0].Bytes, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Bodies_of_all_sizes_go_over_one_connection_unharmed(bool isEightBit)
    {
        var random = new Random(20260819);
        var session = await Bench.OpenAsync();
        int[] sizes = [1, 2, 4094, 4095, 4096, 4097, 8191, 8192, 8193, 65535, 65536, 65537, 200_000, 1024 * 1024, 1024 * 1024 + 1];
        foreach (var size in sizes)
        {
            var body = RandomBody(random, size);
            var envelope = new Envelope
            {
                Sender = MailPath.Null,
                Recipients = UpstreamBench.To(),
                Body = isEightBit ? BodyType.EightBitMime : BodyType.Unspecified,
            };
            await session.TransactAsync(UpstreamBench.Message(body, envelope), CancellationToken.None);
            Assert.That(Upstream.Accepted[^1].Bytes.AsSpan().SequenceEqual(body), Is.True, $"{size} bytes");
        }

        Assert.That(Upstream.ConnectionCount, Is.EqualTo(1));
    }

    private static TestCaseData Body(string name, string text) => new TestCaseData(Encoding.Latin1.GetBytes(text)).SetArgDisplayNames(name);

    /// <summary>Any bytes, with CR and LF only together, and dots more often than by chance.</summary>
    private static byte[] RandomBody(Random random, int size)
    {
        var body = new byte[size];
        random.NextBytes(body);
        for (var index = 0; index < size; index++)
        {
            body[index] = body[index] is (byte)'\r' or (byte)'\n' ? (byte)'.' : body[index];
        }

        for (var index = random.Next(100); index + 2 < size; index += random.Next(2, 200))
        {
            (body[index], body[index + 1]) = ((byte)'\r', (byte)'\n');
            body[index + 2] = random.Next(3) == 0 ? (byte)'.' : body[index + 2];
        }

        return size < 2 ? "\r\n"u8.ToArray() : [.. body[..^2], (byte)'\r', (byte)'\n'];
    }
}
