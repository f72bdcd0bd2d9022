using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Dispatch;

/// <summary>A slot of an upstream, reserved for one attempt. Disposing gives it back and lets the next message have it.</summary>
/// <param name="server">The server picked.</param>
/// <param name="queue">The group's queue.</param>
/// <param name="isTrial">The message is to find out whether an ejected server works again.</param>
/// <param name="isLarge">The message holds the slot for long; the server's load has it counted.</param>
/// <param name="hold">What it holds of the server's pace; null where there is no limit.</param>
internal sealed class UpstreamLease(UpstreamServer server, GroupQueue queue, bool isTrial, bool isLarge = false, PaceHold? hold = null)
    : IDisposable
{
    private int _isReleased;

    public UpstreamServer Server { get; } = server;

    public UpstreamGroup Group => queue.Group;

    public bool IsTrial { get; } = isTrial;

    /// <summary>Asked before each transaction.</summary>
    public PaceHold? Hold { get; } = hold;

    /// <summary>Set once the attempt has told the server's health how it went.</summary>
    public bool HasReported { get; set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) != 0)
        {
            return;
        }

        if (IsTrial && !HasReported)
        {
            Server.Health.AbandonTrial();
        }

        Hold?.End();
        if (isLarge)
        {
            Server.Load.EndLarge();
        }

        Server.Load.Release();
        queue.OnRoom();
    }
}
