using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Messages;

namespace Relay.Admin;

/// <summary>
/// <c>POST /api/v1/explain</c>: which route, group, tier and upstream a message would get now, and why not the others. Asks the very objects that
/// real messages ask; nothing is reserved and nothing changes.
/// </summary>
internal sealed class ExplainMessage(
    MessageDispatcher dispatcher,
    RelayOptions options,
    BodyStorage storage,
    MessageIdGenerator ids,
    TimeProvider time
)
{
    private const int MostRecipients = 100;

    public static Results<Ok<IReadOnlyList<Explanation>>, ProblemHttpResult> Handle(ExplainRequest request, ExplainMessage explain) =>
        explain.Handle(request);

    private Results<Ok<IReadOnlyList<Explanation>>, ProblemHttpResult> Handle(ExplainRequest request)
    {
        if (request.To is not { Count: > 0 and <= MostRecipients } to)
        {
            return Problems.BadRequest($"to: 1 to {MostRecipients} recipients are needed.");
        }

        if (!TryReadClient(request.Client, out var client))
        {
            return Problems.BadRequest($"client: \"{request.Client}\" is not an IP address.");
        }

        var listener = request.Listener ?? options.Listeners.Keys.Order(StringComparer.OrdinalIgnoreCase).FirstOrDefault() ?? "";
        if (request.Listener is not null && !options.Listeners.ContainsKey(listener))
        {
            return Problems.BadRequest($"listener: there is no listener {listener}.");
        }

        if (AddressText.TryRead(request.From ?? "") is not { } sender)
        {
            return Problems.BadRequest("from: this is not an address.");
        }

        var recipients = to.Select(recipient => AddressText.TryRead(recipient)).ToList();
        var wrong = recipients.FindIndex(recipient => recipient is null or { IsNull: true });
        if (wrong >= 0)
        {
            return Problems.BadRequest($"to: \"{to[wrong]}\" is not an address.");
        }

        var origin = new MessageOrigin(client, "explain", listener) { User = request.User };
        var needs = new MessageNeeds(request.SmtpUtf8, request.EightBitMime, request.Size ?? 0);
        return TypedResults.Ok<IReadOnlyList<Explanation>>([.. recipients.Select(recipient => Explain(origin, sender, recipient!, needs))]);
    }

    private Explanation Explain(MessageOrigin origin, MailPath sender, MailPath recipient, MessageNeeds needs)
    {
        var table = dispatcher.Table;
        var number = table.IndexOf(origin, sender, recipient);
        if (number < 0)
        {
            return new Explanation(recipient.Text, null, null, null, null, 0, null, null, "no route takes it: 550 5.7.1", []);
        }

        var route = table.Routes[number];
        using var writer = storage.CreateWriter();
        var body = writer.Complete(BodyTraits.None);
        var envelope = new Envelope { Sender = sender, Recipients = [new EnvelopeRecipient(recipient)] };
        var message = new ReceivedMessage(ids.Next(), envelope, body, origin, time.GetTimestamp());
        var request = new PickRequest(message, needs);
        var preview = route.Group.Preview(request);
        body.Release();
        var group = route.Group.Group;
        return new Explanation(
            recipient.Text,
            number,
            route.Options,
            group.Name,
            route.Group.Strategy.Name,
            route.Group.Waiting,
            preview.Tier,
            preview.Choice?.Name,
            ExplanationText.Verdict(preview, group, request),
            [.. group.Members.Select(member => ExplanationText.Of(member, preview, request))]
        );
    }

    private static bool TryReadClient(string? text, out IPAddress? client)
    {
        client = null;
        return string.IsNullOrEmpty(text) || IPAddress.TryParse(text, out client);
    }
}
