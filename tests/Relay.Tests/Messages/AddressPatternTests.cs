using Relay.Core.Messages;

namespace Relay.Tests.Messages;

public sealed class AddressPatternTests
{
    [TestCase("user@example.com", "user@example.com", ExpectedResult = true)]
    [TestCase("user@example.com", "USER@Example.COM", ExpectedResult = true)]
    [TestCase("user@example.com", "other@example.com", ExpectedResult = false)]
    [TestCase("*@example.com", "anything@example.com", ExpectedResult = true)]
    [TestCase("*@example.com", "anything@sub.example.com", ExpectedResult = false)]
    [TestCase("*@*.example.com", "a@sub.example.com", ExpectedResult = true)]
    [TestCase("*@*.example.com", "a@example.com", ExpectedResult = false)]
    [TestCase("bounce-*@*", "bounce-42@example.com", ExpectedResult = true)]
    [TestCase("a*b*c@x", "aXXbYYbc@x", ExpectedResult = true)]
    [TestCase("a*b*c@x", "aXXbYYcd@x", ExpectedResult = false)]
    [TestCase("*", "a@example.com", ExpectedResult = true)]
    [TestCase("*", "", ExpectedResult = true)]
    [TestCase("<>", "", ExpectedResult = true)]
    [TestCase("<>", "a@example.com", ExpectedResult = false)]
    [TestCase("*@example.com", "", ExpectedResult = false)]
    [TestCase("*@example.com", "@relay.net:a@example.com", ExpectedResult = true)]
    [TestCase("*@example.com", "\"a@evil\"@example.com", ExpectedResult = true)]
    public bool Matches(string pattern, string path)
    {
        Assert.That(AddressPattern.TryParse(pattern, out var parsed), Is.True);
        return parsed!.Matches(new MailPath(path));
    }

    [TestCase("")]
    [TestCase("example.com")]
    [TestCase("@example.com")]
    [TestCase("user@")]
    [TestCase("<user@example.com>")]
    public void Refuses(string pattern) => Assert.That(AddressPattern.TryParse(pattern, out _), Is.False);

    [Test]
    public void Many_stars_against_a_long_address_take_no_time()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 200)) + "b@x";

        Assert.That(AddressPattern.TryParse(pattern, out var parsed), Is.True);
        Assert.That(parsed!.Matches(new MailPath(new string('a', 900) + "@x")), Is.False);
    }
}
