using System.Buffers;
using System.Text;
using Relay.Core.Messages;
using Relay.Simulation.Doors;

namespace Relay.Simulation.Model;

/// <content>What comes in by the front door: only what somebody sent who may, whole, and as it was sent.</content>
internal sealed partial class Ledger
{
    /// <summary>Logins that succeeded.</summary>
    public int Logins { get; private set; }

    /// <summary>Messages that were to be refused, and were.</summary>
    public int Refusals { get; private set; }

    /// <summary>Handshakes of TLS that were done.</summary>
    public int Handshakes { get; private set; }

    /// <summary>A client offers a message.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="body">What it is going to send, or would.</param>
    /// <param name="caller">Who the client is by the rules.</param>
    public void Offers(string id, string body, Caller caller) =>
        _stories.Add(id, new MessageStory(id, body) { IsTrusted = caller.MayRelay });

    /// <summary>The client sends the end of it: from here on Relay may have it, from this client and for those it has accepted.</summary>
    public void Ends(string id, Caller caller)
    {
        Note($"{id} is sent");
        _stories[id].From = caller;
    }

    public void LoggedIn(string user)
    {
        Note($"{user} logs in");
        Logins++;
    }

    public void Secured() => Handshakes++;

    public void TurnedDown(string id, string reply)
    {
        Note($"{id} is refused: {reply}");
        Refusals++;
    }

    /// <summary>Reception hands over a message that came by the front door.</summary>
    public void CameIn(ReceivedMessage message)
    {
        var id = message.Envelope.Sender.Text.Split('@')[0];
        if (!_stories.TryGetValue(id, out var story) || story.From is not { } caller)
        {
            Check(false, $"{message.Envelope.Sender} came in, and nobody sent it, or not all of it");
            return;
        }

        Check(!story.IsIn, $"{id} came in twice");
        story.IsIn = true;
        var plain = caller.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : caller.Address;
        Check(Equals(message.Origin.Client, plain), $"{id} is said to be from {message.Origin.Client} and is from {plain}");
        Check(
            string.Equals(message.Origin.User, caller.User, StringComparison.Ordinal),
            $"{id} is said to be of {message.Origin.User} and is of {caller.User}"
        );
        Check(message.Origin.IsTrusted == caller.MayRelay, $"{id} is trusted: {message.Origin.IsTrusted}");
        var named = message.Envelope.Recipients.Select(static recipient => recipient.Path.Text);
        Check(
            named.SequenceEqual(story.Recipients.Select(static recipient => recipient.Address), StringComparer.Ordinal),
            $"{id} came in for others than those accepted"
        );
        Check(message.Body.TryGetMemory(out var memory) && IsAsSent(memory, story.Body), $"{id} came in with other bytes");
    }

    // Relay's own field stands before it: one line, and lines that continue it.
    private static bool IsAsSent(in ReadOnlySequence<byte> memory, string body)
    {
        var text = Encoding.Latin1.GetString(memory);
        if (!text.EndsWith(body, StringComparison.Ordinal) || !text.StartsWith("Received: ", StringComparison.Ordinal))
        {
            return false;
        }

        var stamp = text[..^body.Length];
        return stamp.EndsWith("\r\n", StringComparison.Ordinal)
            && stamp[..^2].Split("\r\n").Skip(1).All(static line => line.StartsWith('\t'));
    }
}
