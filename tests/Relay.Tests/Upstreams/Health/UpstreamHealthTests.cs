using Relay.Core.Configuration;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Health;

public sealed class UpstreamHealthTests
{
    private TestClock _time = null!;
    private UpstreamHealth _health = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new TestClock();
        _health = new UpstreamHealth(new HealthOptions(), _time);
    }

    [Test]
    public void Five_failures_in_a_row_eject_and_four_do_not()
    {
        Fail(4);
        Assert.That(_health.State, Is.EqualTo(UpstreamState.Healthy));

        Fail(1);

        Assert.That(_health.State, Is.EqualTo(UpstreamState.Ejected));
        Assert.That(_health.Reason, Is.EqualTo("connection refused"));
    }

    [Test]
    public void A_success_between_failures_starts_the_count_anew()
    {
        Fail(4);
        Succeed(30);
        Fail(4);

        Assert.That(_health.IsAvailable, Is.True);
    }

    [Test]
    public void Thirty_percent_failures_in_a_minute_eject_from_ten_attempts_on()
    {
        Succeed(1);
        Alternate(failures: 2, successesBetween: 3); // 2 of 9
        Assert.That(_health.IsAvailable, Is.True);

        Fail(1); // 3 of 10

        Assert.That(_health.IsAvailable, Is.False);
    }

    [Test]
    public void Failures_older_than_a_minute_do_not_count()
    {
        Succeed(7);
        Fail(2);
        _time.Advance(TimeSpan.FromSeconds(70));
        Succeed(9);

        Fail(2); // 2 of 11, not 4 of 20

        Assert.That(_health.IsAvailable, Is.True);
    }

    [Test]
    public void After_thirty_seconds_one_message_is_the_trial()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(_health.IsTrialDue, Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_health.TryBeginTrial(beforeDue: false), Is.True);
        Assert.That(_health.TryBeginTrial(beforeDue: false), Is.False, "one at a time");
        Assert.That(_health.IsAvailable, Is.False, "the trial alone does not bring it into service");
    }

    [Test]
    public void A_trial_that_succeeds_leads_through_slow_start_back_to_full_weight()
    {
        EjectAndTry();
        _health.ReportWorking(isRefused: false);

        Assert.That(_health.State, Is.EqualTo(UpstreamState.SlowStart));
        Assert.That(Factor(), Is.EqualTo(0.1).Within(0.001));
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.That(Factor(), Is.EqualTo(0.55).Within(0.001));
        _time.Advance(TimeSpan.FromSeconds(15));
        _health.Tick();
        Assert.That(_health.State, Is.EqualTo(UpstreamState.Healthy));
        Assert.That(Factor(), Is.EqualTo(1));
    }

    [Test]
    public void A_refusal_of_the_trial_message_shows_that_the_server_works()
    {
        EjectAndTry();

        _health.ReportWorking(isRefused: true);

        Assert.That(_health.IsAvailable, Is.True);
    }

    [Test]
    public void Each_ejection_in_a_row_takes_longer_up_to_five_minutes()
    {
        Fail(5);
        int[] expected = [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300];
        foreach (var seconds in expected)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.That(_health.IsTrialDue, Is.False, $"a second before {seconds}");
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.That(_health.TryBeginTrial(beforeDue: false), Is.True, $"at {seconds}");
            Fail(1);
        }
    }

    [Test]
    public void A_server_that_stayed_well_for_long_is_ejected_for_the_first_time_again()
    {
        EjectAndTry();
        Succeed(1);
        _time.Advance(TimeSpan.FromMinutes(6));

        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.That(_health.IsTrialDue, Is.True);
    }

    [Test]
    public void A_server_that_fails_soon_after_its_return_stays_away_longer()
    {
        EjectAndTry();
        Succeed(1);
        _time.Advance(TimeSpan.FromMinutes(1));

        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(_health.IsTrialDue, Is.False);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(_health.IsTrialDue, Is.True);
    }

    [Test]
    public void A_trial_ahead_of_time_that_fails_does_not_make_the_ejection_longer()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(_health.TryBeginTrial(beforeDue: true), Is.True);
        Fail(1);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.That(_health.IsTrialDue, Is.True);
    }

    [Test]
    public void Attempts_that_end_after_the_ejection_neither_lengthen_nor_end_it()
    {
        Fail(5);
        Fail(20);
        Succeed(3);

        Assert.That(_health.IsAvailable, Is.False);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(_health.IsTrialDue, Is.True);
    }

    [Test]
    public void Refused_credentials_eject_at_once_for_five_minutes_without_trials_ahead_of_time()
    {
        _health.ReportTrustProblem("535 5.7.8 authentication failed");

        Assert.That(_health.IsAvailable, Is.False);
        Assert.That(_health.TryBeginTrial(beforeDue: true), Is.False);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(_health.TryBeginTrial(beforeDue: false), Is.True);
        Succeed(1);
        Assert.That(_health.IsTrustProblem, Is.False);
    }

    [Test]
    public void An_abandoned_trial_may_be_made_again()
    {
        EjectAndTry();
        _health.AbandonTrial();

        Assert.That(_health.IsTrialDue, Is.True);
    }

    [Test]
    public void Changes_are_announced()
    {
        var changes = 0;
        _health.Changed += () => changes++;

        EjectAndTry();
        Succeed(1);

        Assert.That(changes, Is.EqualTo(2));
    }

    [Test]
    public void Without_slow_start_it_is_healthy_at_once()
    {
        _health = new UpstreamHealth(new HealthOptions { SlowStart = TimeSpan.Zero }, _time);
        EjectAndTry();
        Succeed(1);

        Assert.That(_health.State, Is.EqualTo(UpstreamState.Healthy));
    }

    private double Factor() => _health.SlowStartFactor(_time.GetTimestamp());

    private void EjectAndTry()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(_health.TryBeginTrial(beforeDue: false), Is.True);
    }

    private void Alternate(int failures, int successesBetween)
    {
        for (var count = 0; count < failures; count++)
        {
            Fail(1);
            Succeed(successesBetween);
        }
    }

    private void Fail(int times)
    {
        for (var count = 0; count < times; count++)
        {
            _health.ReportFailure("connection refused");
        }
    }

    private void Succeed(int times)
    {
        for (var count = 0; count < times; count++)
        {
            _health.ReportWorking(isRefused: false);
        }
    }
}
