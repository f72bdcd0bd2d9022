using Relay.Core.Messages;

namespace Relay.Tests.Messages;

internal sealed class EnhancedStatusCodeTests
{
    [TestCase("2.0.0 OK", "2.0.0", 6)]
    [TestCase("5.6.11", "5.6.11", 6)]
    [TestCase("4.999.999 x", "4.999.999", 10)]
    public void A_code_is_read_from_the_front_of_a_text(string text, string code, int length)
    {
        Assert.That(EnhancedStatusCode.TryRead(text, out var read, out var taken), Is.True);
        Assert.That(read.ToString(), Is.EqualTo(code));
        Assert.That(taken, Is.EqualTo(length));
    }

    [TestCase("")]
    [TestCase("OK")]
    [TestCase("1.0.0")]
    [TestCase("3.0.0")]
    [TestCase("2.0")]
    [TestCase("2.0.0.0")]
    [TestCase("2.0.1000")]
    [TestCase("2.-1.0")]
    [TestCase("2..0")]
    [TestCase("22.0.0")]
    [TestCase("x2.0.0")]
    public void What_is_no_code_is_not_read(string text) => Assert.That(EnhancedStatusCode.TryRead(text, out _, out _), Is.False);
}
