using Relay.Cli.Probing;
using Relay.Cli.Setup;
using Relay.Core.Configuration;

namespace Relay.Tests.Cli.Setup;

public sealed class StrategyAdviceTests
{
    [Test]
    public void Servers_that_are_alike_share_by_what_they_have_to_do() =>
        Assert.That(StrategyAdvice.For([Server("a", 20), Server("b", 35)]).Strategy, Is.EqualTo("LeastConnections"));

    [Test]
    public void Servers_of_unlike_speed_get_what_they_can_do() =>
        Assert.That(StrategyAdvice.For([Server("a", 20), Server("b", 200)]).Strategy, Is.EqualTo("Adaptive"));

    [Test]
    public void Differences_of_a_few_milliseconds_mean_nothing() =>
        Assert.That(StrategyAdvice.For([Server("a", 1), Server("b", 9)]).Strategy, Is.EqualTo("LeastConnections"));

    [Test]
    public void Different_providers_are_used_in_order_and_asked_in_turn()
    {
        var advice = StrategyAdvice.For([
            Server("a", 20) with
            {
                Preset = UpstreamPreset.AmazonSes,
            },
            Server("b", 20) with
            {
                Preset = UpstreamPreset.SendGrid,
            },
        ]);

        Assert.That((advice.Strategy, advice.AsksOthers), Is.EqualTo(("Failover", true)));
    }

    [Test]
    public void One_server_needs_no_choice() =>
        Assert.That(StrategyAdvice.For([Server("a", 20)]).Why, Does.StartWith("There is one server"));

    [TestCase("smtp.office365.com:587", UpstreamPreset.Office365)]
    [TestCase("SMTP.Gmail.com.:587", UpstreamPreset.Gmail)]
    [TestCase("email-smtp.ap-south-1.amazonaws.com:465", UpstreamPreset.AmazonSes)]
    [TestCase("smtp.eu.mailgun.org:587", UpstreamPreset.Mailgun)]
    [TestCase("smtp-relay.brevo.com:587", UpstreamPreset.Brevo)]
    [TestCase("smtp.office365.com.example.net:25", UpstreamPreset.None)]
    [TestCase("unix:/run/smtp.gmail.com", UpstreamPreset.None)]
    public void Providers_are_known_by_their_servers(string address, UpstreamPreset expected)
    {
        Assert.That(EndpointAddress.TryParse(address, 25, out var parsed), Is.True);
        Assert.That(PresetRecognition.Of(parsed!), Is.EqualTo(expected));
    }

    private static ServerDraft Server(string name, double milliseconds) =>
        new()
        {
            Name = name,
            Address = new EndpointAddress($"{name}.example", 25, null),
            Report = new ProbeReport
            {
                Group = "default",
                Name = name,
                Address = $"{name}.example:25",
                Works = true,
                Milliseconds = milliseconds,
            },
        };
}
