using Relay.Core.Messages;

namespace Relay.Tests.Messages;

internal sealed class MailPathTests
{
    [TestCase("a@example.com", "a@example.com", "a", "example.com")]
    [TestCase("\"a@b\"@example.com", "\"a@b\"@example.com", "\"a@b\"", "example.com")]
    [TestCase("@x.example,@y.example:a@example.com", "a@example.com", "a", "example.com")]
    [TestCase("Postmaster", "Postmaster", "Postmaster", "")]
    [TestCase("", "", "", "")]
    public void A_path_has_a_mailbox_a_local_part_and_a_domain(string text, string mailbox, string localPart, string domain)
    {
        var path = new MailPath(text);

        Assert.That(path.Mailbox.ToString(), Is.EqualTo(mailbox));
        Assert.That(path.LocalPart.ToString(), Is.EqualTo(localPart));
        Assert.That(path.Domain.ToString(), Is.EqualTo(domain));
        Assert.That(path.ToString(), Is.EqualTo($"<{text}>"));
    }

    [TestCase("a\r@example.com")]
    [TestCase("a\n@example.com")]
    [TestCase("a\0@example.com")]
    public void A_path_holds_nothing_that_could_end_a_command(string text) =>
        Assert.That(() => new MailPath(text), Throws.ArgumentException);

    [Test]
    public void A_path_is_bounded()
    {
        Assert.That(() => new MailPath(new string('a', MailPath.MaximumLength)), Throws.Nothing);
        Assert.That(() => new MailPath(new string('a', MailPath.MaximumLength + 1)), Throws.ArgumentException);
    }

    [Test]
    public void Paths_are_equal_when_every_character_is()
    {
        var path = new MailPath("a@example.com");

        Assert.That(new MailPath("a@example.com"), Is.EqualTo(path));
        Assert.That(new MailPath("A@example.com"), Is.Not.EqualTo(path));
        Assert.That(new MailPath("").IsNull && MailPath.Null.IsNull);
    }

    [TestCase("a@example.com", true)]
    [TestCase("é@example.com", false)]
    public void It_is_known_whether_a_path_needs_SMTPUTF8(string text, bool isAscii) =>
        Assert.That(new MailPath(text).IsAscii, Is.EqualTo(isAscii));
}
