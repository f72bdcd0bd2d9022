using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

public sealed class MessageDispatcherTests
{
    private PipelineFixture _relay = null!;

    [SetUp]
    public void SetUp() =>
        _relay = PipelineFixture.With(
            new RelayOptions
            {
                Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
                {
                    ["bulk"] = Group("bulk-a"),
                    ["internal"] = Group("internal-a"),
                    ["default"] = Group("default-a"),
                },
                Routes =
                [
                    new RouteOptions { From = "*@bulk.example.com", Group = "bulk" },
                    new RouteOptions { To = "*@corp.example", Group = "internal" },
                    new RouteOptions { Listener = "backdoor", Group = "internal" },
                    new RouteOptions { User = "app", Group = "internal" },
                    new RouteOptions
                    {
                        Client = "10.0.0.0/8",
                        To = "*@example.org",
                        Group = "bulk",
                    },
                    new RouteOptions { Client = "192.168.0.0/16", Group = "default" },
                    new RouteOptions
                    {
                        Client = "127.0.0.0/8",
                        To = "*@example.org",
                        Group = "default",
                    },
                ],
            }
        );

    [TearDown]
    public async Task TearDown() => await _relay.DisposeAsync();

    [TestCase("news@bulk.example.com", "a@corp.example", "127.0.0.1", "smtp", "bulk", TestName = "The first route that matches decides")]
    [TestCase("a@example.com", "a@corp.example", "127.0.0.1", "smtp", "internal", TestName = "By recipient")]
    [TestCase("a@example.com", "a@example.net", "127.0.0.1", "BackDoor", "internal", TestName = "By listener, in any case")]
    [TestCase("a@example.com", "a@example.org", "10.1.2.3", "smtp", "bulk", TestName = "All conditions of a route must hold")]
    [TestCase("a@example.com", "a@example.net", "10.1.2.3", "smtp", null, TestName = "One that does not hold is enough")]
    [TestCase("a@example.com", "a@example.net", "192.168.7.7", "smtp", "default", TestName = "By client network")]
    [TestCase("", "a@example.org", "127.0.0.1", "smtp", "default", TestName = "The null sender is routed like any other")]
    public void Routes(string sender, string recipient, string client, string listener, string? group)
    {
        var origin = new MessageOrigin(IPAddress.Parse(client), "client", listener);

        var queue = _relay.Dispatcher.GroupOf(origin, new MailPath(sender), new MailPath(recipient));

        Assert.That(queue?.Group.Name, Is.EqualTo(group));
    }

    [TestCase("APP", "internal")]
    [TestCase("other", "default")]
    [TestCase(null, "default")]
    public void Routes_by_user(string? user, string group)
    {
        var origin = new MessageOrigin(IPAddress.Parse("192.168.7.7"), "client", "smtp") { User = user };

        var queue = _relay.Dispatcher.GroupOf(origin, new MailPath("a@example.com"), new MailPath("a@example.net"));

        Assert.That(queue?.Group.Name, Is.EqualTo(group));
    }

    [Test]
    public void Recipients_are_planned_by_group_in_the_order_in_which_groups_are_met()
    {
        var message = _relay.Message("a@corp.example", "b@example.org", "c@corp.example", "d@nowhere.example");

        var plan = _relay.Dispatcher.Plan(message);

        Assert.That(plan.Groups.Select(group => group.Group.Name), Is.EqualTo(["internal", "default"]));
        Assert.That(plan.Groups.Select(group => group.Recipients), Is.EqualTo(new int[][] { [0, 2], [1] }));
        Assert.That(plan.Unroutable, Is.EqualTo([3]));
    }

    [Test]
    public void A_client_without_an_address_matches_no_network()
    {
        var origin = new MessageOrigin(null, "client", "smtp");

        Assert.That(_relay.Dispatcher.GroupOf(origin, new MailPath("a@example.com"), new MailPath("a@example.org")), Is.Null);
    }

    [Test]
    public void A_recipient_that_no_route_takes_or_that_goes_to_another_group_is_told_at_rcpt()
    {
        var message = _relay.Message("a@corp.example", "b@example.org", "d@nowhere.example");
        var recipients = message.Envelope.Recipients;

        SmtpReply? Check(int index, params EnvelopeRecipient[] accepted) =>
            _relay.Pipeline.CheckRecipient(message.Origin, message.Envelope.Sender, accepted, recipients[index]);

        Assert.That(Check(0), Is.Null);
        Assert.That(Check(1, recipients[0])?.ToString(), Does.StartWith("452 4.5.3"));
        Assert.That(Check(2)?.ToString(), Does.StartWith("550 5.7.1"));
    }

    private static GroupOptions Group(string upstream) =>
        new() { Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase) { [upstream] = new() } };
}
