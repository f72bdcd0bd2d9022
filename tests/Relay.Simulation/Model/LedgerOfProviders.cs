using Relay.Simulation.Providers;

namespace Relay.Simulation.Model;

/// <content>What is promised to providers: no ration that Relay was told of is exceeded, in any window, at the moment at which the provider counts.</content>
internal sealed partial class Ledger
{
    private TimeSpan _clockOffset;
    private int _jumpsAhead;
    private int _givenBack;

    /// <summary>Messages and recipients that were counted against a ration.</summary>
    public int Rationed { get; private set; }

    /// <summary>Replies that put Relay off because of a ration that it was not told of.</summary>
    public int PutOffs { get; private set; }

    /// <summary>An account is about to count one more.</summary>
    public void Counted(string account, SlidingWindow window, TimeSpan now)
    {
        Rationed++;
        // Whoever starts when the clock was set forward cannot tell that from time that has passed: that gives one window back, once.
        var isByClock = window.Ration.Window >= TimeSpan.FromMinutes(1);
        var most = window.Ration.Count * (isByClock ? 1 + _givenBack : 1);
        Check(
            window.CountAt(now) < most,
            $"{account} is sent more than {window.Ration} of {(window.Ration.IsOfRecipients ? "recipients" : "messages")}"
        );
    }

    /// <summary>The machine's clock was set.</summary>
    public void ClockJumped(TimeSpan jump)
    {
        Note($"the clock jumps by {jump}");
        var clock = time.Now + _clockOffset + jump;
        foreach (var delivery in _stories.Values.SelectMany(static story => story.Deliveries).Where(static delivery => delivery.IsDotOut))
        {
            delivery.OldestByClock = AgeOf(delivery);
            // The end of the attempt, from which Relay waits, may come only now, and by a clock that was set back.
            delivery.DotOutByClock = delivery.DotOutByClock < clock ? delivery.DotOutByClock : clock;
        }

        _clockOffset += jump;
        _jumpsAhead += jump > TimeSpan.Zero ? 1 : 0;
    }

    /// <summary>What a message's age may be taken for: by time, or by a clock that was set since, also one that was set back again; what was due then remains so.</summary>
    private TimeSpan AgeOf(Delivery earlier)
    {
        TimeSpan[] ages = [time.Now - earlier.DotOutAt, time.Now + _clockOffset - earlier.DotOutByClock, earlier.OldestByClock];
        return ages.Max();
    }

    /// <summary>A reply to come says that a ration is used up: no verdict on the message, whatever its code.</summary>
    public void PutsOff(Delivery delivery, string reply)
    {
        PutOffs++;
        delivery.PutOffs.Add(reply);
    }
}
