using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams.Health;

public sealed class DotWatchTests
{
    private TestClock _time = null!;
    private UpstreamServer _server = null!;
    private UpstreamGroup _group = null!;
    private GroupMonitor _monitor = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new TestClock();
        _server = Some.Server("a", _time);
        _group = Some.Group(_server);
        _monitor = new GroupMonitor(_group, NullLogger<GroupMonitor>.Instance);
    }

    [Test]
    public void A_dot_unanswered_for_a_minute_keeps_new_messages_off_until_it_is_settled()
    {
        var transaction = Begin(TransactionStage.Dot);
        Pass(60);
        Assert.That(_server.IsInService, Is.True);
        Pass(1);
        Assert.That(_server.IsInService, Is.False);
        Assert.That(_group.TiersInService, Is.Empty);
        Assert.That(
            (_server.Status.State, _server.Status.Reason),
            Is.EqualTo((UpstreamStatus.Unhealthy, "a final dot has not been answered for 60 s"))
        );

        var (wasOverdue, isFailure) = _server.Dots.End(transaction, isUncertain: false);

        Assert.That((wasOverdue, isFailure), Is.EqualTo((true, false)));
        Assert.That(_server.IsInService, Is.True);
    }

    [Test]
    public void A_body_that_takes_long_is_no_overdue_dot()
    {
        Begin(TransactionStage.Body);
        Pass(600);

        Assert.That(_server.IsInService, Is.True);
    }

    [Test]
    public void The_second_unanswered_dot_in_a_row_counts_as_a_failure()
    {
        Assert.That(_server.Dots.End(Begin(TransactionStage.Dot), isUncertain: true).IsFailure, Is.False);
        Assert.That(_server.Dots.End(Begin(TransactionStage.Dot), isUncertain: true).IsFailure, Is.True);
    }

    [Test]
    public void An_answer_between_them_starts_the_count_anew()
    {
        _server.Dots.End(Begin(TransactionStage.Dot), isUncertain: true);
        _server.Dots.End(Begin(TransactionStage.Dot), isUncertain: false);

        Assert.That(_server.Dots.End(Begin(TransactionStage.Dot), isUncertain: true).IsFailure, Is.False);
    }

    [Test]
    public void A_dot_counts_once_however_it_ends()
    {
        var overdue = Begin(TransactionStage.Dot);
        Pass(1);
        Pass(61);

        Assert.That(_server.Dots.End(overdue, isUncertain: true).IsFailure, Is.False, "counted when it became overdue");
        Assert.That(_server.Dots.End(Begin(TransactionStage.Dot), isUncertain: true).IsFailure, Is.True, "the second");
    }

    private Transaction Begin(TransactionStage stage)
    {
        var message = Some.Message(time: _time);
        var transaction = new Transaction(message, message.Envelope.Recipients, allOrNothing: true) { Stage = stage };
        _server.Dots.Begin(transaction);
        return transaction;
    }

    private void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _monitor.OnHeartbeat(_time.GetTimestamp());
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
