using System.Text;
using CsCheck;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

internal sealed class PathParserTests
{
    private static readonly Gen<string> Fragments = Gen.OneOf(
            "<",
            ">",
            "\"",
            "\\",
            "@",
            ":",
            ",",
            "a",
            "example.com",
            " ",
            "[",
            "]",
            "é",
            "\u0001"
        )
        .Array[0, 14]
        .Select(string.Concat);

    [TestCase("FROM:<a@example.com>", "a@example.com", "")]
    [TestCase("from:<a@example.com>", "a@example.com", "")]
    [TestCase("FROM: <a@example.com>", "a@example.com", "")]
    [TestCase("FROM:<>", "", "")]
    [TestCase("FROM:<a@example.com> SIZE=1  BODY=7BIT", "a@example.com", "SIZE=1  BODY=7BIT")]
    [TestCase("FROM:<\"a b\"@example.com>", "\"a b\"@example.com", "")]
    [TestCase("FROM:<\"a>b\"@example.com>", "\"a>b\"@example.com", "")]
    [TestCase("FROM:<\"a\\\"b@c\"@example.com>", "\"a\\\"b@c\"@example.com", "")]
    [TestCase("FROM:<a@[192.0.2.1]>", "a@[192.0.2.1]", "")]
    [TestCase("FROM:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "")]
    [TestCase("FROM:<@one.example,@two.example:a@example.com>", "@one.example,@two.example:a@example.com", "")]
    [TestCase("FROM:<Postmaster>", "Postmaster", "")]
    [TestCase("FROM:<a..b.@example.com>", "a..b.@example.com", "", Description = "not RFC 5321, but real")]
    [TestCase("FROM:<a+b=c%d/e@example_1.com>", "a+b=c%d/e@example_1.com", "")]
    [TestCase("FROM:<grüße@exämple.com>", "grüße@exämple.com", "")]
    [TestCase("FROM:<a@b>", "a@b", "")]
    public void Paths_are_taken_as_they_are(string argument, string path, string parameters)
    {
        Assert.That(Read(argument, out var found, out var rest), Is.True);
        Assert.That(found, Is.EqualTo(path));
        Assert.That(rest, Is.EqualTo(parameters));
    }

    [TestCase("")]
    [TestCase("FROM:")]
    [TestCase("TO:<a@example.com>")]
    [TestCase("FROM:a@example.com")]
    [TestCase("FROM:<a@example.com")]
    [TestCase("FROM:<a@example.com>SIZE=1")]
    [TestCase("FROM:<a>", Description = "only Postmaster needs no domain")]
    [TestCase("FROM:<@example.com>")]
    [TestCase("FROM:<a@>")]
    [TestCase("FROM:<a@b@c>")]
    [TestCase("FROM:<a b@example.com>")]
    [TestCase("FROM:<a@exa mple.com>")]
    [TestCase("FROM:<a@.example.com>")]
    [TestCase("FROM:<a@[1.2.3.4>")]
    [TestCase("FROM:<a@[]>")]
    [TestCase("FROM:<\"a@example.com>")]
    [TestCase("FROM:<\"a\u0001\"@example.com>")]
    [TestCase("FROM:<a\u007f@example.com>")]
    [TestCase("FROM:<<a@example.com>>")]
    [TestCase("FROM:<@one.example>")]
    [TestCase("FROM:<@one.example:>")]
    [TestCase("FROM:<@one.example,two.example:a@example.com>")]
    [TestCase("FROM:<a,b@example.com>")]
    public void What_can_be_read_in_two_ways_or_not_at_all_is_refused(string argument) =>
        Assert.That(Read(argument, out _, out _), Is.False);

    [Test]
    public void A_path_may_be_as_long_as_a_MailPath_can_hold()
    {
        var longest = new string('a', MailPath.MaximumLength - 4) + "@b.c";

        Assert.That(Read($"FROM:<{longest}>", out _, out _), Is.True);
        Assert.That(Read($"FROM:<a{longest}>", out _, out _), Is.False);
    }

    [Test]
    public void Whatever_is_taken_can_be_held_and_stands_between_the_brackets() =>
        Fragments.Sample(
            fragment =>
            {
                var argument = "FROM:<" + fragment + ">";
                if (Read(argument, out var path, out _) && path.Length > 0)
                {
                    var held = new MailPath(path);
                    Assert.That(argument, Does.StartWith("FROM:" + held));
                    Assert.That(path.Any(char.IsControl), Is.False);
                }
            },
            iter: 20_000
        );

    private static bool Read(string argument, out string path, out string parameters)
    {
        var isPath = PathParser.TryRead(Encoding.UTF8.GetBytes(argument), "FROM:"u8, out var pathBytes, out var rest);
        path = Encoding.UTF8.GetString(pathBytes);
        parameters = Encoding.UTF8.GetString(rest);
        return isPath;
    }
}
