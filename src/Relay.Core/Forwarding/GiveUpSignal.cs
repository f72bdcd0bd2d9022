namespace Relay.Core.Forwarding;

/// <summary>
/// The end of all patience when the process is to stop: attempts whose final dot is not out are given up, those whose dot is out are no longer waited for.
/// Every client still gets its answer.
/// </summary>
internal sealed class GiveUpSignal
{
    // What waits goes on in GiveUp itself: each attempt takes but a step, and a simulated process has one thread.
    private readonly TaskCompletionSource _given = new();

    public Task Given => _given.Task;

    public void GiveUp() => _given.TrySetResult();
}
