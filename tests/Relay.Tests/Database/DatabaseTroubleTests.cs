using System.Net.Sockets;
using Relay.Core.Database;

namespace Relay.Tests.Database;

public sealed class DatabaseTroubleTests
{
    private static readonly CancellationToken CalledOff = new(canceled: true);

    [Test]
    public void Work_that_was_called_off_is_no_trouble() =>
        Assert.That(DatabaseTrouble.Is(new OperationCanceledException(CalledOff), CalledOff), Is.False);

    [Test]
    public void A_database_that_is_away_when_the_work_is_called_off_is_away() =>
        Assert.That(DatabaseTrouble.Is(new SocketException((int)SocketError.ConnectionRefused), CalledOff), Is.True);

    [Test]
    public void An_answer_that_does_not_come_in_time_is_trouble() =>
        Assert.That(DatabaseTrouble.Is(new OperationCanceledException(), CancellationToken.None), Is.True);

    [Test]
    public void A_defect_is_none() => Assert.That(DatabaseTrouble.Is(new InvalidOperationException(), CalledOff), Is.False);
}
