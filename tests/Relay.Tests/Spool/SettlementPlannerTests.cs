using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;

namespace Relay.Tests.Spool;

public sealed class SettlementPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly SmtpReply Later = new(451, new EnhancedStatusCode(4, 3, 0), "later");
    private static readonly SmtpReply Never = new(550, new EnhancedStatusCode(5, 1, 1), "never");

    private static readonly SpoolPart Part = new()
    {
        Group = "default",
        Recipients = [Recipient("a"), Recipient("b"), Recipient("c"), Recipient("d")],
        State = SpoolState.Active,
        DueAt = Now,
        ExpiresAt = Now.AddDays(4),
    };

    [Test]
    public void Each_recipient_gets_what_became_of_it()
    {
        var plan = Plan(
            Part,
            Outcome(OutcomeKind.Delivered),
            Outcome(OutcomeKind.Rejected, Never),
            Outcome(OutcomeKind.Deferred, Later),
            Outcome(OutcomeKind.Uncertain)
        );

        Assert.That(plan.Delivered.Single().Recipient.Path.Text, Is.EqualTo("a"));
        Assert.That(plan.Failed.Single().Recipient.Path.Text, Is.EqualTo("b"));
        Assert.That(
            plan.Remaining.Select(static part => (part.State, part.Recipients.Single().Path.Text)),
            Is.EqualTo(new[] { (SpoolState.Waiting, "c"), (SpoolState.Uncertain, "d") })
        );
        Assert.That(plan.Remaining.Select(static part => part.Upstream), Is.EqualTo(new[] { null, "u" }));
        Assert.That(plan.Remaining[0].Reason, Is.EqualTo("u: 451 4.3.0 later"));
        Assert.That(
            plan.Waiting.Select(static left => (left.Recipient.Path.Text, left.Outcome.Reply?.Code, left.IsUnconfirmed)),
            Is.EqualTo(new[] { ("c", (int?)451, false), ("d", null, true) }),
            "what a warning tells of those that are left"
        );
    }

    [Test]
    public void Runs_follow_the_schedule_give_or_take_a_fifth()
    {
        var part = Part with { Recipients = [Recipient("a")] };
        TimeSpan[] pauses =
        [
            Minutes(0.5),
            Minutes(1),
            Minutes(2),
            Minutes(5),
            Minutes(10),
            Minutes(15),
            Minutes(30),
            Minutes(60),
            Minutes(60),
        ];
        foreach (var pause in pauses)
        {
            part = Plan(part, Outcome(OutcomeKind.Deferred, Later)).Remaining.Single();
            Assert.That(part.DueAt - Now, Is.InRange(pause * 0.8, pause * 1.2));
        }

        Assert.That(part.Runs, Is.EqualTo(pauses.Length));
    }

    [Test]
    public void Nobody_to_be_asked_uses_up_no_run()
    {
        var part = Plan(Part with { Recipients = [Recipient("a")], Runs = 3 }, wasTried: false, Outcome(OutcomeKind.Deferred))
            .Remaining.Single();

        Assert.That(part.Runs, Is.EqualTo(3));
        Assert.That(part.DueAt - Now, Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public void The_last_run_is_at_the_end_of_its_life_and_then_it_has_failed()
    {
        var part = Part with { Recipients = [Recipient("a")], Runs = 20, ExpiresAt = Now.AddMinutes(5) };

        var last = Plan(part, Outcome(OutcomeKind.Deferred, Later)).Remaining.Single();
        Assert.That(last.DueAt, Is.EqualTo(part.ExpiresAt));
        var failed = Plan(last with { ExpiresAt = Now }, Outcome(OutcomeKind.Deferred, Later));

        Assert.That(failed.Remaining, Is.Empty);
        Assert.That((failed.Failed.Single().Outcome.Reply, failed.Failed.Single().IsUnconfirmed), Is.EqualTo((Later, false)));
    }

    [Test]
    public void What_was_uncertain_once_is_unconfirmed_when_it_is_given_up()
    {
        var part = Part with { Recipients = [Recipient("a")], UncertainSince = Now.AddHours(-5), ExpiresAt = Now };

        Assert.That(Plan(part, Outcome(OutcomeKind.Deferred, Later)).Failed.Single().IsUnconfirmed, Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_uncertain_delivery_keeps_to_its_upstream_for_an_hour_whatever_that_says(bool wasTried)
    {
        var part = Part with
        {
            Recipients = [Recipient("a")],
            State = SpoolState.Uncertain,
            Upstream = "u",
            UncertainSince = Now.AddMinutes(-16),
        };

        var kept = Plan(part, wasTried, Outcome(OutcomeKind.Deferred, Later)).Remaining.Single();
        var free = Plan(part with { UncertainSince = Now.AddMinutes(-76) }, wasTried, Outcome(OutcomeKind.Deferred, Later))
            .Remaining.Single();

        Assert.That((kept.State, kept.Upstream), Is.EqualTo((SpoolState.Uncertain, "u")));
        Assert.That((free.State, free.Upstream), Is.EqualTo((SpoolState.Waiting, (string?)null)));
    }

    [TestCase(15, 60)]
    [TestCase(0.1, 6)]
    public void A_server_that_may_have_it_and_cannot_be_reached_is_asked_again_in_a_minute_or_sooner(double delayMinutes, double seconds)
    {
        var options = new RelayOptions { Delivery = new DeliveryOptions { UncertainDelay = Minutes(delayMinutes) } };
        var part = Part with { Recipients = [Recipient("a")], State = SpoolState.Uncertain, Upstream = "u", UncertainSince = Now };
        RecipientOutcome[] outcomes = [Outcome(OutcomeKind.Deferred)];

        var kept = new SettlementPlanner(options, new Random(1)).Plan(part, outcomes, [], wasTried: false, Now).Remaining.Single();

        Assert.That(kept.DueAt - Now, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public void An_operator_may_decide_about_the_uncertain_or_take_them_for_delivered()
    {
        var part = Part with { Recipients = [Recipient("a")] };

        var held = Plan(part, new DeliveryOptions { Uncertain = UncertainHandling.Hold }, Outcome(OutcomeKind.Uncertain));
        var assumed = Plan(part, new DeliveryOptions { Uncertain = UncertainHandling.AssumeDelivered }, Outcome(OutcomeKind.Uncertain));

        Assert.That((held.Remaining.Single().State, held.Remaining.Single().Upstream), Is.EqualTo((SpoolState.Held, "u")));
        Assert.That((assumed.Remaining.Count, assumed.Failed.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Nothing_that_is_left_is_active() => Assert.That(() => new Settlement { Remaining = [Part] }, Throws.ArgumentException);

    private static RunPlan Plan(SpoolPart part, params RecipientOutcome[] outcomes) => Plan(part, wasTried: true, outcomes);

    private static RunPlan Plan(SpoolPart part, bool wasTried, params RecipientOutcome[] outcomes) =>
        new SettlementPlanner(new RelayOptions(), new Random(1)).Plan(part, outcomes, [], wasTried, Now);

    private static RunPlan Plan(SpoolPart part, DeliveryOptions delivery, params RecipientOutcome[] outcomes) =>
        new SettlementPlanner(new RelayOptions { Delivery = delivery }, new Random(1)).Plan(part, outcomes, [], wasTried: true, Now);

    private static RecipientOutcome Outcome(OutcomeKind kind, SmtpReply? reply = null) => new(kind, reply, "u");

    private static EnvelopeRecipient Recipient(string path) => new(new MailPath(path));

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);
}
