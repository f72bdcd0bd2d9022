namespace Relay.Events;

/// <summary>Looks at one part of the relay once a second, and says what has changed since it looked last.</summary>
internal interface IEventSource
{
    IEnumerable<RelayEvent> Look();
}
