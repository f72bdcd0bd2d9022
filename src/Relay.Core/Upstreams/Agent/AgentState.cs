using Relay.Core.Upstreams.Health;

namespace Relay.Core.Upstreams.Agent;

/// <summary>What the agent of one server has said, and whether it can be reached. An agent that cannot be reached changes nothing: its last word holds.</summary>
internal sealed class AgentState(TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile AgentReport _report = new(time.GetUtcNow());

    public AgentReport Report => _report;

    public CheckTimes Checks { get; } = new();

    /// <summary>Why it could not be asked the last time; null when it could. Used by the monitor only.</summary>
    public string? Trouble { get; set; }

    /// <summary>Takes a reply over, and tells what was before and what is now.</summary>
    public (AgentReport Before, AgentReport After) Take(AgentReply reply)
    {
        lock (_lock)
        {
            var before = _report;
            return (before, _report = before.With(reply, time.GetUtcNow()));
        }
    }

    /// <summary>Another agent is asked from now on, or the server was away: the old word is void.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _report = new AgentReport(time.GetUtcNow());
            Trouble = null;
            Checks.Next = 0;
        }
    }
}
