using System.Text;
using CsCheck;
using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

internal sealed class SmtpCommandParserTests
{
    [TestCase("EHLO me.example.com", SmtpVerb.Ehlo, "me.example.com")]
    [TestCase("helo me", SmtpVerb.Helo, "me")]
    [TestCase("mAiL FROM:<>", SmtpVerb.Mail, "FROM:<>")]
    [TestCase("RCPT  TO:<a@b>  ", SmtpVerb.Rcpt, "TO:<a@b>")]
    [TestCase("DATA", SmtpVerb.Data, "")]
    [TestCase("QUIT ", SmtpVerb.Quit, "")]
    [TestCase("STARTTLS", SmtpVerb.StartTls, "")]
    [TestCase("EXPN staff", SmtpVerb.NotImplemented, "staff")]
    [TestCase("DATAX", SmtpVerb.Unknown, "")]
    [TestCase("GET / HTTP/1.1", SmtpVerb.Unknown, "/ HTTP/1.1")]
    [TestCase("", SmtpVerb.Unknown, "")]
    [TestCase(" NOOP", SmtpVerb.Unknown, "NOOP")]
    public void A_line_is_a_verb_and_an_argument(string line, object verb, string argument)
    {
        Assert.That(SmtpCommandParser.TryParse(Encoding.UTF8.GetBytes(line), out var command), Is.True);
        Assert.That(command.Verb, Is.EqualTo(verb));
        Assert.That(Encoding.UTF8.GetString(command.Argument), Is.EqualTo(argument));
    }

    [TestCase("NOOP\nx")]
    [TestCase("NOOP\rx")]
    [TestCase("NOOP\0")]
    [TestCase("NOOP \u00ff")]
    public void A_line_with_CR_LF_NUL_or_broken_UTF8_is_no_command(string line) =>
        Assert.That(SmtpCommandParser.TryParse(Encoding.Latin1.GetBytes(line), out _), Is.False);

    [TestCase("GET / HTTP/1.1", true)]
    [TestCase("CONNECT a:25 HTTP/1.0", true)]
    [TestCase("PRI * HTTP/2.0", true)]
    [TestCase("GET /", false)]
    public void An_HTTP_request_is_known_by_its_first_line(string line, bool isHttp) =>
        Assert.That(SmtpCommandParser.IsHttpRequest(Encoding.ASCII.GetBytes(line)), Is.EqualTo(isHttp));

    [Test]
    public void No_bytes_make_the_parsers_throw() =>
        Gen
            .Byte.Array[0, 100]
            .Sample(
                bytes =>
                {
                    if (SmtpCommandParser.TryParse(bytes, out var command))
                    {
                        PathParser.TryRead(command.Argument, "FROM:"u8, out _, out _);
                    }
                },
                iter: 20_000
            );
}
