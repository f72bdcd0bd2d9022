using System.Diagnostics.CodeAnalysis;

namespace Relay.Core.Upstreams.Connections;

/// <summary>One of the places of a <see cref="SmtpClientPool"/>, lent to a check of its server until mail wants it.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Without a timer or a wait handle a source holds nothing to dispose of; disposing it would race with mail that is just calling the place back."
)]
internal sealed class LentPlace(SmtpClientPool pool) : IDisposable
{
    private readonly CancellationTokenSource _recalled = new();
    private int _isReturned;

    /// <summary>Mail wants the place: the connection is to be closed at once.</summary>
    public CancellationToken Recalled => _recalled.Token;

    public void Recall() => _recalled.Cancel();

    /// <summary>Gives the place back, once the connection is closed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) == 0)
        {
            pool.TakeBack();
        }
    }
}
