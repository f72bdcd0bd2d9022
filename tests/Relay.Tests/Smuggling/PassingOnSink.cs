using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Smuggling;

/// <summary>Passes each message on at once, over one connection for as long as it holds; the upstream's reply is the client's.</summary>
internal sealed class PassingOnSink(UpstreamBench bench) : IMessageSink
{
    private IUpstreamSession? _session;

    public SmtpReply? CheckRoom() => null;

    public SmtpReply? CheckRecipient(
        MessageOrigin origin,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> accepted,
        EnvelopeRecipient recipient
    ) => null;

    public async ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone)
    {
        _session = _session is { IsReusable: true } ? _session : await bench.OpenAsync();
        var result = await _session.TransactAsync(
            new Transaction(message, message.Envelope.Recipients, allOrNothing: false),
            CancellationToken.None
        );
        return result.Dot ?? throw new InvalidOperationException($"The upstream did not answer: {result.Failure}", result.Failure?.Cause);
    }
}
