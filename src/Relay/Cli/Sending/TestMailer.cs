using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;

namespace Relay.Cli.Sending;

/// <summary>Sends so many messages to one server over so many sessions, each of which sends its next message when the last is answered.</summary>
/// <param name="server">Where to.</param>
/// <param name="hostName">What EHLO says.</param>
/// <param name="message">What.</param>
/// <param name="time">The clock.</param>
internal sealed class TestMailer(UpstreamOptions server, string hostName, TestMessage message, TimeProvider time)
{
    private static readonly MessageOrigin Here = new(IPAddress.Loopback, "localhost", "");

#pragma warning disable RS0030 // Ids of test messages: nothing depends on them.
    private readonly MessageIdGenerator _ids = new(time, Random.Shared);
#pragma warning restore RS0030
    private readonly BodyStorage _storage = new(long.MaxValue, Path.GetTempPath(), time);
    private int _started;

    public SendTally Tally { get; } = new();

    /// <param name="count">Messages.</param>
    /// <param name="sessions">Connections at once; no more than there are messages.</param>
    /// <param name="answered">Called after each message with what was answered, by many threads at once.</param>
    /// <param name="cancellationToken">Ends it after the messages that are under way.</param>
    public async Task RunAsync(int count, int sessions, Action<string> answered, CancellationToken cancellationToken)
    {
        using var heartbeat = new Heartbeat(time);
        using var sessionsOverNetwork = new NetworkSessions(hostName, heartbeat, time);
        var factory = sessionsOverNetwork.To(server);
        await Task.WhenAll(
            Enumerable.Range(0, Math.Min(sessions, count)).Select(_ => SendAsync(factory, count, answered, cancellationToken))
        );
    }

    private async Task SendAsync(IUpstreamSessionFactory factory, int count, Action<string> answered, CancellationToken cancellationToken)
    {
        IUpstreamSession? session = null;
        while (!cancellationToken.IsCancellationRequested && Interlocked.Increment(ref _started) is var number && number <= count)
        {
            (session, var why) = await OpenAsync(session, factory, cancellationToken);
            if (session is null)
            {
                Tally.CountFailed(why);
                answered(why);
                Interlocked.Exchange(ref _started, count); // what cannot be reached now would not be for the next one
                return;
            }

            answered(await SendAsync(session, number, count, cancellationToken));
        }

        if (session is not null)
        {
            await session.DisposeAsync();
        }
    }

    private static async Task<(IUpstreamSession? Session, string Why)> OpenAsync(
        IUpstreamSession? last,
        IUpstreamSessionFactory factory,
        CancellationToken cancellationToken
    )
    {
        if (last is { IsReusable: true })
        {
            return (last, "");
        }

        if (last is not null)
        {
            await last.DisposeAsync();
        }

        var opened = await factory.OpenAsync(client: null, cancellationToken);
        return (opened.Session, opened.Failure?.ToString() ?? "");
    }

    private async Task<string> SendAsync(IUpstreamSession session, int number, int count, CancellationToken cancellationToken)
    {
        using var writer = _storage.CreateWriter();
        var bytes = message.Compose(number, count, time.GetLocalNow());
        writer.Write(bytes);
        var traits = bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)127) ? BodyTraits.EightBitContent : BodyTraits.None;
        var body = writer.Complete(traits);
        try
        {
            var mail = new ReceivedMessage(_ids.Next(), Envelope(traits), body, Here, time.GetTimestamp());
            var result = await session.TransactAsync(
                new Transaction(mail, mail.Envelope.Recipients, allOrNothing: true),
                cancellationToken
            );
            return Count(result);
        }
        finally
        {
            body.Release();
        }
    }

    private Envelope Envelope(BodyTraits traits) =>
        new()
        {
            Sender = new MailPath(message.From),
            Recipients = [.. message.To.Select(static address => new EnvelopeRecipient(new MailPath(address)))],
            Body = traits == BodyTraits.None ? BodyType.Unspecified : BodyType.EightBitMime,
        };

    private string Count(TransactionResult result)
    {
        if (result.Dot is { Code: >= 200 and < 300 } accepted)
        {
            Tally.CountSent();
            return accepted.ToString();
        }

        SmtpReply?[] replies = [result.Mail, .. result.Recipients, result.Data, result.Dot];
        var refusal = Array.Find(replies, static reply => reply is { Code: >= 400 });
        var why = refusal?.ToString() ?? result.Failure?.ToString() ?? "no answer";
        Tally.CountFailed(why);
        return why;
    }
}
