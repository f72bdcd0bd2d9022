using System.Text;
using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

internal sealed class EsmtpParametersTests
{
    [Test]
    public void Parameters_are_keywords_with_or_without_a_value()
    {
        var walk = new EsmtpParameters("SIZE=1  SMTPUTF8 ORCPT=rfc822;a+3Db"u8);

        Assert.That(walk.MoveNext(), Is.True);
        Assert.That((Text(walk.Keyword), Text(walk.Value)), Is.EqualTo(("SIZE", "1")));
        Assert.That(walk.MoveNext(), Is.True);
        Assert.That((Text(walk.Keyword), Text(walk.Value)), Is.EqualTo(("SMTPUTF8", "")));
        Assert.That(walk.MoveNext(), Is.True);
        Assert.That((Text(walk.Keyword), Text(walk.Value)), Is.EqualTo(("ORCPT", "rfc822;a+3Db")));
        Assert.That(walk.IsMalformed, Is.False);
        Assert.That(walk.MoveNext(), Is.False);
    }

    [TestCase("=1")]
    [TestCase("SIZE=")]
    [TestCase("SI_ZE=1")]
    [TestCase("SIZE=1\t2")]
    [TestCase("SIZE=\u007f")]
    public void What_is_no_parameter_is_malformed(string text)
    {
        var walk = new EsmtpParameters(Encoding.ASCII.GetBytes(text));

        Assert.That(walk.MoveNext(), Is.True);
        Assert.That(walk.IsMalformed, Is.True);
    }

    [TestCase("abc", true)]
    [TestCase("a+3Db", true)]
    [TestCase("a+3db", true)]
    [TestCase("", true)]
    [TestCase("a=b", false)]
    [TestCase("a+3", false)]
    [TestCase("a+XY", false)]
    [TestCase("a b", false)]
    [TestCase("é", false)]
    public void Xtext_is_printable_ASCII_with_hexadecimal_escapes(string text, bool isValid) =>
        Assert.That(Xtext.IsValid(Encoding.UTF8.GetBytes(text)), Is.EqualTo(isValid));

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
