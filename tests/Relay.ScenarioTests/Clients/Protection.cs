namespace Relay.ScenarioTests.Clients;

/// <summary>How a connection is protected.</summary>
public enum Protection
{
    Plain,
    StartTls,
    Implicit,
}
