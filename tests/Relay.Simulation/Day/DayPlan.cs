using Relay.Core.Configuration;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Day;

/// <summary>
/// What a day brings: a hundred thousand messages, most of them in four mailings, for accounts that could not take them at once. There is always something that
/// waits from eight o'clock to the end, so that whatever is lost of an account's pace is seen in the end.
/// </summary>
internal sealed record DayPlan
{
    private const int Seed = 20_300_101;

    public required IReadOnlyList<DayAccount> Accounts { get; init; }

    public required IReadOnlyList<Burst> Bursts { get; init; }

    /// <summary>When the applications have a message, in order.</summary>
    public required IReadOnlyList<TimeSpan> Arrivals { get; init; }

    /// <summary>When Relay is killed; started again five seconds later. Null where it is not.</summary>
    public TimeSpan? KilledAt { get; init; }

    /// <summary>A day; less where the day is a small one.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>From when on there is more than can go.</summary>
    public TimeSpan BusyFrom { get; init; }

    /// <param name="scale">
    /// By how much less mail there is, smaller the daily quotas, and shorter the day. Rates remain, and so do shapes: a quota is used up at the same part of the
    /// day. What takes hours at any scale cannot be part of a small day: it is not killed, for what is uncertain then waits for its server for an hour.
    /// </param>
    public static DayPlan Create(int scale)
    {
        TimeSpan At(double hour) => TimeSpan.FromHours(hour) / scale;
        Burst Mailing(double from, double until, int messages) => new(At(from), At(until), messages / scale);
        Burst[] bursts =
        [
            Mailing(0, 8, 200),
            Mailing(8, 8.5, 50_000),
            Mailing(8.5, 15.5, 9_800),
            Mailing(9.5, 10, 20_000),
            Mailing(11, 11.3, 12_000),
            Mailing(13, 13.2, 8_000),
        ];
        return new DayPlan
        {
            Accounts = AccountsOf(scale, At),
            Bursts = bursts,
            Arrivals = ArrivalsOf(bursts, new Random(Seed)),
            KilledAt = scale == 1 ? At(11.5) : null,
            BusyFrom = At(8),
            Length = At(24),
        };
    }

    private static List<DayAccount> AccountsOf(int scale, Func<double, TimeSpan> at)
    {
        Ration Daily(int count) => Ration.PerDay(count / scale);
        return
        [
            // A mailbox of Office 365 counts recipients by the day.
            Account("mailbox1", 3, [Ration.PerMinute(30), Daily(10_000) with { IsOfRecipients = true }]),
            Account("mailbox2", 3, [Ration.PerMinute(30), Daily(10_000) with { IsOfRecipients = true }]),
            // People send from it too, which Relay does not see: it hits the quota that it was told of before it has used it up.
            Account("gmail", 5, [Daily(2_000)], [Daily(1_500)]),
            Account("ses", 10, [Ration.PerSecond(14), Daily(50_000)]) with
            {
                Outage = (at(8 + (40.0 / 60)), at(9 + (40.0 / 60))),
            },
            Account("sendgrid", 10, [Ration.PerMinute(40)]),
            // Nobody told Relay what it takes.
            Account("own", 5, [], [Ration.PerMinute(10)]),
        ];
    }

    private static DayAccount Account(string name, int connections, IReadOnlyList<Ration> told, IReadOnlyList<Ration>? hidden = null)
    {
        var terms = new ProviderTerms { Told = told, Hidden = hidden ?? [] };
        var options = new UpstreamOptions
        {
            Address = "sim.test:25",
            Tls = UpstreamTls.None,
            Connections = connections,
        };
        return new DayAccount(name, terms.Tell(options), terms);
    }

    private static List<TimeSpan> ArrivalsOf(IEnumerable<Burst> bursts, Random random)
    {
        List<TimeSpan> arrivals = [];
        foreach (var burst in bursts)
        {
            for (var left = burst.Messages; left > 0; left--)
            {
                arrivals.Add(burst.From + ((burst.Until - burst.From) * random.NextDouble()));
            }
        }

        arrivals.Sort();
        return arrivals;
    }
}
