using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>One message of a <see cref="Conversation"/>: what is to be sent, and what the server does differently meanwhile.</summary>
internal sealed record Turn(Envelope Envelope, byte[] Body, BodyTraits Traits, bool IsAllOrNothing, IReadOnlyList<Disturbance> Disturbances)
{
    /// <summary>For each recipient of the original turn its place among those of this one; less than 0 where it is not asked for.</summary>
    public IReadOnlyList<int> Places { get; init; } = [.. Enumerable.Range(0, Envelope.Recipients.Count)];

    /// <summary>What is told without a word to the server; null where it is asked.</summary>
    public string? Unsent { get; init; }

    public Transaction ToTransaction() => UpstreamBench.Message(Body, Envelope, Traits, IsAllOrNothing);

    public override string ToString() =>
        $"""
            MAIL <{Envelope.Sender.Text}> BODY={Envelope.Body} SMTPUTF8={Envelope.SmtpUtf8} RET={Envelope.Return} ENVID={Envelope.EnvelopeId}
            {string.Join("\n", Envelope.Recipients.Select(to => $"RCPT <{to.Path.Text}> NOTIFY={to.Notify} ORCPT={to.OriginalRecipient}"))}
            {Body.Length} bytes, {Traits}{(IsAllOrNothing ? ", all or nothing" : "")}
            {string.Join("\n", Disturbances)}
            """;
}
