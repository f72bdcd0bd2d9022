namespace Relay.Simulation.Clients;

/// <summary>Somebody who sends messages over one session.</summary>
internal abstract class SimulatedClient : IDisposable
{
    public bool IsDone { get; protected set; }

    /// <summary>Those that were answered.</summary>
    public int Messages { get; protected set; }

    public abstract Task RunAsync();

    /// <summary>The process is killed, and with it this session.</summary>
    public abstract void Break();

    public abstract void Dispose();
}
