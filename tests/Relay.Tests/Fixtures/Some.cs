using System.Net;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams;
using Relay.TestKit;

namespace Relay.Tests.Fixtures;

/// <summary>Ordinary objects for tests that care about one property of them.</summary>
internal static class Some
{
    public static UpstreamServer Server(
        string name,
        TimeProvider? time = null,
        UpstreamOptions? options = null,
        HealthOptions? health = null
    ) =>
        new(
            new UpstreamServerParts(
                "default",
                name,
                options ?? new UpstreamOptions { Connections = 1000 },
                health ?? new HealthOptions(),
                null
            ),
            time ?? new TestClock()
        );

    public static UpstreamServer[] Servers(params (string Name, int Weight)[] servers) =>
        [.. servers.Select(server => Server(server.Name, options: new UpstreamOptions { Weight = server.Weight, Connections = 1000 }))];

    public static UpstreamGroup Group(params UpstreamServer[] servers) => new("default", new GroupOptions(), servers);

    public static ReceivedMessage Message(
        string sender = "sender@example.com",
        string[]? recipients = null,
        string client = "127.0.0.1",
        string text = "Subject: test\r\n\r\nHello\r\n",
        TimeProvider? time = null,
        Func<Envelope, Envelope>? change = null,
        BodyTraits traits = BodyTraits.None
    )
    {
        var clock = time ?? TimeProvider.System;
        var storage = new BodyStorage(1024 * 1024, Path.GetTempPath(), clock);
        using var writer = storage.CreateWriter();
        writer.Write(Encoding.UTF8.GetBytes(text));
        var envelope = new Envelope
        {
            Sender = new MailPath(sender),
            Recipients = [.. (recipients ?? ["rcpt@example.org"]).Select(recipient => new EnvelopeRecipient(new MailPath(recipient)))],
        };
        return new ReceivedMessage(
            new MessageIdGenerator(clock, new Random(1)).Next(),
            change is null ? envelope : change(envelope),
            writer.Complete(traits),
            new MessageOrigin(IPAddress.Parse(client), "client.example.com", "smtp"),
            clock.GetTimestamp()
        );
    }
}
