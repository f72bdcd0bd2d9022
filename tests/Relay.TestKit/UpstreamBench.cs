using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Connections.OAuth2;

namespace Relay.TestKit;

/// <summary>What a test of upstream sessions needs: a factory that reaches a scripted upstream, a heartbeat, and messages to send.</summary>
internal sealed class UpstreamBench : IAsyncDisposable
{
    private readonly List<IUpstreamSession> _sessions = [];

    public UpstreamBench(
        UpstreamOptions options,
        Func<UpstreamOptions, IUpstreamConnector> connect,
        TimeProvider time,
        OAuth2Tokens? tokens = null
    )
    {
        Options = options;
        Time = time;
        Heartbeat = new Heartbeat(time);
        Factory = new UpstreamSessionFactory(
            () => Options,
            connect,
            "relay.test",
            Heartbeat,
            time,
            ChunkingGivenUp.Enqueue,
            tokens is null ? null : new TokenLogin(tokens)
        );
    }

    public UpstreamOptions Options { get; set; }

    /// <summary>Whom sessions are opened for.</summary>
    public ForwardedClient? Client { get; set; }

    public TimeProvider Time { get; }

    public Heartbeat Heartbeat { get; }

    public UpstreamSessionFactory Factory { get; }

    /// <summary>The replies to BDAT after which it was not tried any more.</summary>
    public ConcurrentQueue<SmtpReply> ChunkingGivenUp { get; } = new();

    /// <summary>Reaches the upstream within the process.</summary>
    public static UpstreamBench InProcess(
        ScriptedUpstream upstream,
        TimeProvider time,
        UpstreamOptions? options = null,
        OAuth2Tokens? tokens = null
    ) =>
        new(
            options ?? new UpstreamOptions { Address = "localhost:25" },
            _ => new DelegateConnector(() => upstream.ConnectInProcess()),
            time,
            tokens
        );

    /// <summary>Reaches the upstream over TCP, as the options say.</summary>
    public static UpstreamBench Tcp(UpstreamOptions options) => new(options, NetworkConnectors.Create, TimeProvider.System);

    /// <summary>A session that must open.</summary>
    public async Task<IUpstreamSession> OpenAsync()
    {
        var opened = await Factory.OpenAsync(Client, CancellationToken.None);
        var session = opened.Session ?? throw new InvalidOperationException($"No session: {opened.Failure}", opened.Failure?.Cause);
        _sessions.Add(session);
        return session;
    }

    /// <summary>Why a session does not open.</summary>
    public async Task<UpstreamFailure> FailToOpenAsync()
    {
        var opened = await Factory.OpenAsync(Client, CancellationToken.None);
        return opened.Failure ?? throw new InvalidOperationException("The session opened.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        Heartbeat.Dispose();
    }

    /// <summary>A transaction with an ordinary message.</summary>
    public static Transaction Message(params string[] recipients) =>
        Message(
            "Subject: test\r\n\r\nHello.\r\n"u8.ToArray(),
            new Envelope { Sender = new MailPath("s@example.com"), Recipients = To(recipients) }
        );

    public static Transaction Message(
        byte[] body,
        Envelope? envelope = null,
        BodyTraits traits = BodyTraits.None,
        bool allOrNothing = false
    )
    {
        envelope ??= new Envelope { Sender = new MailPath("s@example.com"), Recipients = To("r@example.com") };
        var storage = new BodyStorage(64 * 1024 * 1024, Path.GetTempPath(), TimeProvider.System);
        using var writer = storage.CreateWriter();
        writer.Write(body);
        var origin = new MessageOrigin(IPAddress.Loopback, "client.test", "smtp");
        var message = new ReceivedMessage(default, envelope, writer.Complete(traits), origin, 0);
        return new Transaction(message, envelope.Recipients, allOrNothing);
    }

    public static Transaction WithBody(string body) => Message(Encoding.Latin1.GetBytes(body));

    public static IReadOnlyList<EnvelopeRecipient> To(params string[] recipients)
    {
        var paths = recipients.Length == 0 ? ["r@example.com"] : recipients;
        return [.. paths.Select(path => new EnvelopeRecipient(new MailPath(path)))];
    }

    private sealed class DelegateConnector(Func<Stream> connect) : IUpstreamConnector
    {
        public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => new(connect());
    }
}
