using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Tests.Configuration.Validation;

/// <summary>No slip of the pen makes an open relay, or a user that cannot log in.</summary>
public sealed class AccessValidationTests
{
    private static readonly string Hash = PasswordHash
        .Of(Encoding.UTF8.GetBytes("pencil"), [1, 2, 3], PasswordHash.LeastIterations)
        .Format();

    [TestCase("0.0.0.0/0")]
    [TestCase("::/0")]
    [TestCase("::ffff:0.0.0.0/96", Description = "all of IPv4, in the clothes of IPv6")]
    [TestCase("0.0.0.0/1 128.0.0.0/1")]
    [TestCase("0.0.0.0/2 64.0.0.0/2")]
    [TestCase("::ffff:0.0.0.0/97 10.0.0.0/8 ::ffff:128.0.0.0/97")]
    [TestCase("128.0.0.0/1")]
    [TestCase("2000::/3")]
    [TestCase("2000::/4")]
    [TestCase("2000::/5 2800::/5 3000::/5")]
    public void Networks_that_open_the_relay_are_an_error_unless_they_are_meant(string networks)
    {
        var access = new AccessOptions { Networks = networks.Split(' ') };

        Assert.That(Errors(access), Is.Not.Empty);
        Assert.That(Errors(access), Is.All.StartsWith("Relay:Access:Networks").And.All.EndsWith("if that is meant, set AllowOpenRelay"));
        Assert.That(Errors(access with { AllowOpenRelay = true }), Is.Empty);
        Assert.That(OpenRelay.Is(access), Is.True);
    }

    [TestCase("127.0.0.0/8 ::1/128")]
    [TestCase("10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fe80::/10 ::ffff:10.0.0.0/104")]
    [TestCase("10.0.0.0/8 10.0.0.0/9 10.0.0.0/10 10.128.0.0/9 10.0.0.0/8")]
    [TestCase("2001:db8::/32")]
    [TestCase("")]
    public void Networks_of_ones_own_are_not(string networks)
    {
        var access = new AccessOptions { Networks = networks.Split(' ', StringSplitOptions.RemoveEmptyEntries) };

        Assert.That((Errors(access), OpenRelay.Is(access)), Is.EqualTo((Array.Empty<string>(), false)));
    }

    [TestCase(
        "10.1.2.3/8",
        "10.1.2.3/8 has bits behind its prefix: write 10.0.0.0/8 for the whole network, or 10.1.2.3/32 for that address alone"
    )]
    [TestCase(
        "2001:db8::1/64",
        "2001:db8::1/64 has bits behind its prefix: write 2001:db8::/64 for the whole network, or 2001:db8::1/128 for that address alone"
    )]
    [TestCase("::ffff:10.1.2.3/104", "::ffff:10.1.2.3/104 has bits behind its prefix")]
    public void A_network_that_says_more_than_its_prefix_is_reported(string network, string expected)
    {
        var errors = Errors(new AccessOptions { Networks = [network] });

        Assert.That(errors, Has.Length.EqualTo(1).And.One.StartsWith($"Relay:Access:Networks:0: {expected}"));
    }

    [TestCase("*", "* takes mail for every domain")]
    [TestCase("*@*", "*@* takes mail for every domain")]
    [TestCase("*.*", "*.* takes mail for every domain")]
    [TestCase("postmaster@*", "postmaster@* takes mail for every domain")]
    [TestCase("<>", "\"<>\" is not a domain")]
    [TestCase("", "\"\" is not a domain")]
    [TestCase("a b.com", "\"a b.com\" is not a domain")]
    [TestCase("@example.com", "\"@example.com\" is not a domain")]
    public void A_faulty_recipient_is_reported(string recipient, string expected)
    {
        var errors = Errors(new AccessOptions { Recipients = ["example.com", recipient] });

        Assert.That(errors, Has.Length.EqualTo(1).And.One.StartsWith($"Relay:Access:Recipients:1: {expected}"));
    }

    [TestCase("example.com")]
    [TestCase("*.example.com")]
    [TestCase("info@example.com")]
    [TestCase("*@example.com")]
    public void A_domain_or_a_pattern_is_sound(string recipient) =>
        Assert.That(Errors(new AccessOptions { Recipients = [recipient] }), Is.Empty);

    [Test]
    public void Every_recipient_can_be_had_on_purpose() =>
        Assert.That(Errors(new AccessOptions { Recipients = ["*"], AllowOpenRelay = true }), Is.Empty);

    [TestCaseSource(nameof(Users))]
    public void A_faulty_user_is_reported(string name, UserOptions user, string expected)
    {
        var users = new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase) { [name] = user };

        Assert.That(
            Errors(new AccessOptions { Users = users }),
            Has.Length.EqualTo(1).And.One.StartsWith($"Relay:Access:Users:{name}{expected}")
        );
    }

    [Test]
    public void A_password_in_place_of_its_hash_is_not_repeated()
    {
        var users = new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase) { ["app"] = new() { PasswordHash = "hunter2" } };

        Assert.That(Errors(new AccessOptions { Users = users }), Has.None.Contain("hunter2"));
    }

    private static IEnumerable<TestCaseData> Users()
    {
        yield return new TestCaseData("a p", new UserOptions { PasswordHash = Hash }, ": \"a p\" is not a name");
        yield return new TestCaseData("app", new UserOptions(), ":PasswordHash: is missing");
        yield return new TestCaseData(
            "app",
            new UserOptions { PasswordHash = Hash, PasswordHashFile = "f" },
            ":PasswordHashFile: stands beside"
        );
        yield return new TestCaseData(
            "app",
            new UserOptions { PasswordHash = Hash[..^4] },
            ":PasswordHash: is not what relay hash-password prints"
        );
        yield return new TestCaseData(
            "app",
            new UserOptions { PasswordHash = Hash.Replace("4096", "4095", StringComparison.Ordinal) },
            ":PasswordHash: is not what"
        );
        yield return new TestCaseData(
            "app",
            new UserOptions { PasswordHash = Hash, Senders = ["example.com"] },
            ":Senders:0: \"example.com\" is not a pattern"
        );
    }

    private static string[] Errors(AccessOptions access)
    {
        var errors = new List<ConfigurationError>();
        AccessValidation.Check(access, new KeyScope("Relay:Access", errors));
        return [.. errors.Select(error => error.ToString())];
    }
}
