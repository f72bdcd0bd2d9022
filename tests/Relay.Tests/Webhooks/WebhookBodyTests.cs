using System.Text;
using System.Text.Json.Nodes;
using Relay.Core.Configuration;
using Relay.Events;
using Relay.TestKit;
using Relay.Webhooks;

namespace Relay.Tests.Webhooks;

public sealed class WebhookBodyTests
{
    private static readonly RelayEvent Event = new()
    {
        Kind = EventKind.CredentialsRefused,
        At = new DateTimeOffset(2026, 11, 29, 7, 6, 40, TimeSpan.Zero),
        Group = "default",
        Upstream = "a",
        Text = "Upstream default/a is out of use: \"no\"",
        Count = 2,
    };

    [Test]
    public void An_event_is_what_the_document_says()
    {
        var json = JsonNode.Parse(WebhookBody.Compose("ID", Event, "relay.test"))!.AsObject();

        Assert.That(
            json.Select(static field => field.Key),
            Is.EqualTo(["id", "event", "at", "relay", "group", "upstream", "count", "text"])
        );
        Assert.That((string?)json["event"], Is.EqualTo("credentialsRefused"));
        Assert.That((string?)json["at"], Is.EqualTo("2026-11-29T07:06:40.0000000Z"));
        Assert.That((string?)json["text"], Is.EqualTo("relay.test: Upstream default/a is out of use: \"no\" (2 times)"));
    }

    [Test]
    public void The_signature_covers_time_and_body() =>
        Assert.That(
            WebhookBody.Sign("key", 1_764_400_000, Encoding.UTF8.GetBytes("{}")),
            Is.EqualTo("t=1764400000,v1=dfd53ca7d9a1137fb93f3bbad54c6bb5bbeb4a897eb157232a4779b50fa8083e")
        );

    [Test]
    public void All_kinds_of_events_are_documented()
    {
        var document = File.ReadAllText(Repository.PathOf("docs/webhooks.md"));

        Assert.That(
            Enum.GetValues<EventKind>().Where(kind => !document.Contains($"`{WebhookBody.NameOf(kind)}`", StringComparison.Ordinal)),
            Is.Empty
        );
    }
}
