using Relay.Core.Configuration;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Health;

/// <summary>What checks do to the health of a server, and what they must not do.</summary>
public sealed class CheckedHealthTests
{
    private static readonly HealthOptions Options = new()
    {
        Fall = 3,
        Rise = 2,
        ConsecutiveFailures = 1,
        EjectionTime = TimeSpan.FromSeconds(30),
        SlowStart = TimeSpan.FromSeconds(30),
    };

    private readonly TestClock _time = new();

    [Test]
    public void Fall_checks_that_fail_in_a_row_take_it_out_with_the_reason()
    {
        var health = Health();
        Fail(health, 2);
        health.ReportCheckPassed(isAuthenticated: false);
        Fail(health, 2);
        Assert.That(health.IsAvailable, Is.True, "a good one lies between");

        Fail(health, 1);

        Assert.That((health.State, health.IsAvailable), Is.EqualTo((UpstreamState.Unhealthy, false)));
        Assert.That(health.Reason, Is.EqualTo("3 checks failed: Connect: refused"));
    }

    [Test]
    public void Rise_good_checks_in_a_row_bring_it_back_slowly()
    {
        var health = Unhealthy();
        Pass(health, 1);
        Fail(health, 1);
        Pass(health, 1);
        Assert.That(health.State, Is.EqualTo(UpstreamState.Unhealthy));

        Pass(health, 1);

        Assert.That((health.State, health.IsAvailable), Is.EqualTo((UpstreamState.SlowStart, true)));
        Assert.That(health.Reason, Is.Not.Empty);
    }

    [Test]
    public void Mail_that_works_ends_what_checks_said()
    {
        var health = Unhealthy();

        health.ReportWorking(isRefused: false);

        Assert.That(health.IsAvailable, Is.True);
        Fail(health, 2);
        Assert.That(health.IsAvailable, Is.True, "the count begins anew");
    }

    [Test]
    public void Good_checks_bring_an_ejected_server_back_only_when_its_time_is_over()
    {
        var health = Health();
        health.ReportFailure("421 down");
        Pass(health, 5);
        Assert.That(health.State, Is.EqualTo(UpstreamState.Ejected));

        _time.Advance(TimeSpan.FromSeconds(30));
        Pass(health, 1);
        Assert.That(health.State, Is.EqualTo(UpstreamState.Ejected), "those before do not count");
        Pass(health, 1);

        Assert.That(health.State, Is.EqualTo(UpstreamState.SlowStart));
    }

    [Test]
    public void No_trial_message_is_risked_while_checks_fail()
    {
        var health = Health();
        health.ReportFailure("421 down");
        Fail(health, 3);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(health.IsTrialDue, Is.False);
        Assert.That(health.Reason, Is.EqualTo("421 down; 3 checks failed: Connect: refused"));

        Pass(health, 1);

        Assert.That(health.IsTrialDue, Is.True);
    }

    [Test]
    public void A_refuser_is_not_brought_back_by_checks()
    {
        var health = Health();
        health.EjectAsRefuser("it refuses what its peers take");
        _time.Advance(TimeSpan.FromHours(1));

        Pass(health, 10);

        Assert.That(health.State, Is.EqualTo(UpstreamState.Ejected));
        Assert.That(health.IsTrialDue, Is.True, "only mail can tell");
    }

    [Test]
    public void Refused_credentials_are_proved_good_only_by_a_login()
    {
        var health = Health();
        health.ReportTrustProblem("535 no");
        _time.Advance(TimeSpan.FromMinutes(5));
        Pass(health, 10);
        Assert.That(health.State, Is.EqualTo(UpstreamState.Ejected));

        Assert.That(health.TryBeginTrial(beforeDue: false), Is.True);
        health.ReportFailure("refused");
        _time.Advance(TimeSpan.FromMinutes(5));
        Pass(health, 10);
        Assert.That(health.State, Is.EqualTo(UpstreamState.Ejected), "a failed trial proves nothing about the credentials");

        health.ReportCheckPassed(isAuthenticated: true);

        Assert.That(health.IsAvailable, Is.True);
    }

    [Test]
    public void A_certificate_is_looked_at_by_every_check()
    {
        var health = Health();
        health.ReportTrustProblem("it has expired", EjectionCause.Certificate);
        Assert.That(health.IsTrustProblem, Is.True, "no message is tried on it, not even when nobody else is left");
        _time.Advance(TimeSpan.FromMinutes(5));

        Pass(health, 2);

        Assert.That((health.IsAvailable, health.IsTrustProblem), Is.EqualTo((true, false)));
    }

    [Test]
    public void Switching_checks_off_leaves_an_unhealthy_server_to_a_trial_and_tells_the_group()
    {
        var health = Unhealthy();
        var changes = 0;
        health.Changed += () => changes++;

        health.Apply(Options with { Interval = TimeSpan.Zero });

        Assert.That((health.State, health.IsTrialDue, changes), Is.EqualTo((UpstreamState.Ejected, true, 1)));
    }

    [Test]
    public void A_message_may_try_an_unhealthy_server_when_nobody_else_is_left()
    {
        var health = Unhealthy();

        Assert.That(health.TryBeginTrial(beforeDue: true), Is.True);
        health.ReportFailure("refused");

        Assert.That((health.State, health.IsTrialRunning), Is.EqualTo((UpstreamState.Unhealthy, false)));
    }

    private UpstreamHealth Health() => new(Options, _time);

    private UpstreamHealth Unhealthy()
    {
        var health = Health();
        Fail(health, Options.Fall);
        Assert.That(health.State, Is.EqualTo(UpstreamState.Unhealthy));
        return health;
    }

    private static void Fail(UpstreamHealth health, int times)
    {
        for (var time = 0; time < times; time++)
        {
            health.ReportCheckFailed("Connect: refused");
        }
    }

    private static void Pass(UpstreamHealth health, int times)
    {
        for (var time = 0; time < times; time++)
        {
            health.ReportCheckPassed(isAuthenticated: false);
        }
    }
}
