using System.Net;
using System.Net.Sockets;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// Tries the addresses of one name side by side, each a moment after the one before, and keeps the connection that is there first (RFC 8305, "happy eyeballs").
/// An address that answers nothing, as IPv6 often does where it is not routed, costs a quarter of a second and not the whole deadline.
/// </summary>
/// <param name="addresses">At least one, in the order of preference (RFC 6724), as the resolver gives them.</param>
/// <param name="connect">Connects to one of them; fails with a <see cref="SocketException"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class AddressRace(
    IReadOnlyList<IPAddress> addresses,
    Func<IPAddress, CancellationToken, Task<Socket>> connect,
    TimeProvider time
)
{
    /// <summary>How long an address has for itself before the next is tried too: what RFC 8305 §5 recommends.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private readonly Queue<IPAddress> _next = new(InTurns(addresses));
    private readonly List<Task<Socket>> _attempts = [];

    /// <exception cref="SocketException">None of them takes connections; it is the last refusal.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<Socket> RunAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await FindWinnerAsync(end.Token);
        }
        finally
        {
            await end.CancelAsync();
            await DropLosersAsync();
        }
    }

    /// <summary>RFC 8305 §4: the families by turns, so that one which leads nowhere does not come first with all of its addresses.</summary>
    public static IEnumerable<IPAddress> InTurns(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var second = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).ToList();
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            if (i < first.Count)
            {
                yield return first[i];
            }

            if (i < second.Count)
            {
                yield return second[i];
            }
        }
    }

    private async Task<Socket> FindWinnerAsync(CancellationToken cancellationToken)
    {
        var refusal = new SocketException((int)SocketError.HostNotFound);
        while (true)
        {
            if (_next.TryDequeue(out var address))
            {
                _attempts.Add(connect(address, cancellationToken));
            }
            else if (_attempts.Count == 0)
            {
                throw refusal;
            }

            if (await FirstToEndAsync(cancellationToken) is not { } ended)
            {
                continue; // nobody has answered within the delay: the next address runs too
            }

            _attempts.Remove(ended);
            try
            {
                return await ended;
            }
            catch (SocketException exception)
            {
                refusal = exception; // the next address is tried at once
            }
        }
    }

    // Null when it is time for the next address.
    private async Task<Task<Socket>?> FirstToEndAsync(CancellationToken cancellationToken)
    {
        var first = Task.WhenAny(_attempts);
        if (_next.Count == 0 || first.IsCompleted)
        {
            return await first;
        }

        await Task.WhenAny(first, Task.Delay(AttemptDelay, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        return first.IsCompleted ? await first : null;
    }

    // Whoever has connected after the winner is hung up on.
    private async Task DropLosersAsync()
    {
        foreach (var attempt in _attempts)
        {
            try
            {
                (await attempt).Dispose();
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // it lost before it was there
            }
        }
    }
}
