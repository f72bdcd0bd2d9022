using Relay.Core.Messages;

namespace Relay.Tests.Fixtures;

/// <summary>Names for messages that tests store from many threads: chance that begins with a seed is for one at a time, and would give two messages one name.</summary>
internal sealed class MessageIds(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly MessageIdGenerator _ids = new(time, new Random(7));

    public MessageId Next()
    {
        lock (_lock)
        {
            return _ids.Next();
        }
    }
}
