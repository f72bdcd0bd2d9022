using System.Text;

namespace Relay.TestKit;

/// <summary>Messages as they go over the wire, each character one byte (Latin-1).</summary>
public static class TestMessages
{
    /// <summary>The least a message needs.</summary>
    public const string Small = "From: <a@example.com>\r\nSubject: short\r\n\r\nHello.\r\n";

    /// <summary>A message of about the given size, in lines of 72 characters.</summary>
    public static string OfSize(int bytes)
    {
        var message = new StringBuilder(Small, bytes + 80);
        while (message.Length < bytes)
        {
            message.Append('x', 70).Append("\r\n");
        }

        return message.ToString();
    }

    /// <summary>
    /// Messages that a relay which parses and writes again would alter: each is legal on the wire, none may change. Dots are not stuffed.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Awkward { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["empty"] = "",
            ["only an empty line"] = "\r\n",
            ["no header"] = "\r\nA body without a header.\r\n",
            ["no body"] = "Subject: no blank line after the header\r\n",
            ["body only of dots"] = "Subject: dots\r\n\r\n.\r\n..\r\n...\r\n.hidden\r\n",
            ["first line is a dot"] = ".\r\nSubject: x\r\n\r\nbody\r\n",
            ["header that is none"] = "This is not a field\r\nSubject: x\r\n\r\nbody\r\n",
            ["folded, spaced and doubled fields"] =
                "Subject :  odd\r\n\t folded \t \r\nsubject: twice\r\nX-Empty:\r\nX-Tab:\tvalue\t\r\n\r\nbody  \r\nwith trailing blanks \t\r\n",
            ["undeclared eight-bit"] = "Subject: Gr\u00FC\u00DFe\r\n\r\n\u00E4\u00F6\u00FC \u0080\u00FF\r\n",
            ["claims quoted-printable and is not"] =
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ =\u00FF=\r\n",
            ["unfinished multipart"] =
                "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b\r\n",
            ["signed"] =
                "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s;\r\n\tbh=AAAA=; b=BBBB\r\nFrom: a@example.com\r\nReturn-Path: <x@y>\r\n\r\nbody\r\n",
            ["a long line"] = "Subject: long\r\n\r\n" + new string('x', 20_000) + "\r\n",
            ["ends in blank lines"] = "Subject: end\r\n\r\nbody\r\n\r\n\r\n",
            ["From line of a mailbox"] = "From someone Mon Jan  1 00:00:00 2024\r\nSubject: mbox\r\n\r\nFrom here on\r\n",
        };

    /// <summary>Doubles the dot at the begin of a line (RFC 5321 §4.5.2).</summary>
    public static string StuffDots(string content)
    {
        var stuffed = content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return stuffed.StartsWith('.') ? "." + stuffed : stuffed;
    }
}
