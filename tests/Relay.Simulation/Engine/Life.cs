namespace Relay.Simulation.Engine;

/// <summary>
/// The life of one process. When it is over nothing that the process does has any effect: its connections are gone, its timers never fire, its writes never
/// reach the disk. Code of it that still runs cannot be told from code that does not.
/// </summary>
internal sealed class Life
{
    private readonly List<Action> _ends = [];

    public bool IsOver { get; private set; }

    /// <summary>Called when it ends; not if it has ended.</summary>
    public void AtEnd(Action action) => _ends.Add(action);

    public void End()
    {
        IsOver = true;
        _ends.ForEach(static end => end());
    }
}
