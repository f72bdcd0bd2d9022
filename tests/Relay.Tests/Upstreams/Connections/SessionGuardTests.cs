using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams.Connections;

internal sealed class SessionGuardTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestClock _time = null!;
    private SessionGuard _guard = null!;

    [SetUp]
    public void SetUpGuard()
    {
        _time = new TestClock();
        _guard = new SessionGuard(_time);
    }

    [Test]
    public void Nothing_ends_while_it_rests()
    {
        Beat(TimeSpan.FromDays(1));

        Assert.That(_guard.Token.IsCancellationRequested, Is.False);
    }

    [Test]
    public void A_deadline_that_passes_ends_it_and_progress_puts_it_off()
    {
        _guard.Expect(10 * Second);
        Beat(9 * Second);
        _guard.Expect(10 * Second);
        Beat(9 * Second);
        var before = _guard.Token.IsCancellationRequested;
        Beat(Second);

        Assert.That(before, Is.False);
        Assert.That(_guard.Reason, Is.EqualTo(UpstreamFailureKind.TimedOut));
    }

    [Test]
    public void Who_gives_up_first_prevents_the_dot()
    {
        _guard.GiveUp();

        Assert.That(TryCommit(Second), Is.False);
        Assert.That(_guard.Reason, Is.EqualTo(UpstreamFailureKind.Cancelled));
    }

    [Test]
    public void What_another_node_may_have_taken_over_gets_no_dot()
    {
        Assert.That(TryCommit(Second, isOurs: false), Is.False);
        Assert.That(_guard.Reason, Is.EqualTo(UpstreamFailureKind.LeaseOver));
    }

    [Test]
    public void Who_gives_up_after_the_dot_changes_nothing()
    {
        var isCommitted = TryCommit(Second);
        _guard.GiveUp();

        Assert.That(isCommitted, Is.True);
        Assert.That(_guard.Token.IsCancellationRequested, Is.False);
    }

    [Test]
    public void A_dot_without_an_answer_times_out()
    {
        TryCommit(60 * Second);
        Beat(60 * Second);

        Assert.That(_guard.Reason, Is.EqualTo(UpstreamFailureKind.TimedOut));
    }

    [Test]
    public void After_a_rest_the_next_message_can_be_given_up_again()
    {
        TryCommit(Second);
        _guard.Rest();
        _guard.GiveUp();

        Assert.That(_guard.Reason, Is.EqualTo(UpstreamFailureKind.Cancelled));
    }

    private bool TryCommit(TimeSpan dotTimeout, bool isOurs = true)
    {
        var message = Some.Message(time: _time);
        return _guard.TryCommit(
            new Transaction(message, message.Envelope.Recipients, allOrNothing: true) { MayGoOut = () => isOurs },
            dotTimeout
        );
    }

    private void Beat(TimeSpan after)
    {
        _time.Advance(after);
        _guard.OnHeartbeat(_time.GetTimestamp());
    }
}
