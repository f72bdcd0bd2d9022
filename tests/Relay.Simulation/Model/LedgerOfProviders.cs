using Relay.Simulation.Providers;

namespace Relay.Simulation.Model;

/// <content>What is promised to providers: no ration that Relay was told of is exceeded, in any window, at the moment at which the provider counts.</content>
internal sealed partial class Ledger
{
    /// <summary>Messages and recipients that were counted against a ration.</summary>
    public int Rationed { get; private set; }

    /// <summary>Replies that put Relay off because of a ration that it was not told of.</summary>
    public int PutOffs { get; private set; }

    /// <summary>An account is about to count one more.</summary>
    public void Counted(string account, SlidingWindow window, TimeSpan now)
    {
        Rationed++;
        Check(
            window.HasRoomAt(now),
            $"{account} is sent more than {window.Ration} of {(window.Ration.IsOfRecipients ? "recipients" : "messages")}"
        );
    }

    /// <summary>A reply to come says that a ration is used up: no verdict on the message, whatever its code.</summary>
    public void PutsOff(Delivery delivery, string reply)
    {
        PutOffs++;
        delivery.PutOffs.Add(reply);
    }
}
