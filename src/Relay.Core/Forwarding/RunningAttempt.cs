namespace Relay.Core.Forwarding;

/// <summary>
/// An attempt under way, and the right to give it up. Until it is detached the client's leaving gives it up, unless its final dot is out; detached, it
/// goes on whatever the client does.
/// </summary>
internal sealed class RunningAttempt : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _clientGone;
    private readonly DeliveryAttempt _attempt;

    public RunningAttempt(
        DeliveryAttempt attempt,
        string group,
        string upstream,
        IReadOnlyList<int> recipients,
        CancellationToken clientGone
    )
    {
        _attempt = attempt;
        (Group, Upstream) = (group, upstream);
        Recipients = recipients;
        _clientGone = clientGone.UnsafeRegister(static cancellation => ((CancellationTokenSource)cancellation!).Cancel(), _cancellation);
        Completion = attempt.RunAsync(_cancellation.Token);
    }

    /// <summary>Name of the group that it runs for.</summary>
    public string Group { get; }

    /// <summary>Name of the server that it runs at.</summary>
    public string Upstream { get; }

    /// <summary>Indexes into the envelope's recipients.</summary>
    public IReadOnlyList<int> Recipients { get; }

    /// <summary>Its result; never faults for what a server or a network does.</summary>
    public Task<AttemptResult> Completion { get; }

    /// <summary>Whether its final dot may be out: then it cannot be given up any more.</summary>
    public bool MayBeDelivered => _attempt.MayBeDelivered;

    /// <summary>Gives it up, unless its final dot is out.</summary>
    public void GiveUp() => _cancellation.Cancel();

    /// <summary>From now on the client's leaving means nothing to it.</summary>
    public void Detach() => _clientGone.Dispose();

    /// <summary>Call when <see cref="Completion"/> is complete.</summary>
    public void Dispose()
    {
        _clientGone.Dispose();
        _cancellation.Dispose();
    }
}
