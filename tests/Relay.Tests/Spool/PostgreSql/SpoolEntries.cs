using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>Messages on their way into a spool, each with a name of its own.</summary>
internal sealed class SpoolEntries(TimeProvider time)
{
    private readonly MessageIdGenerator _ids = new(time, new Random(7));

    public SpoolEntry New(SpoolState state = SpoolState.Waiting, int size = 1000)
    {
        var message = Some.Message(time: time) with { Id = NextId(), Body = Body(size) };
        return new SpoolEntry
        {
            Message = SpooledMessage.Of(message, time.GetUtcNow()),
            Body = message.Body,
            Parts =
            [
                new SpoolPart
                {
                    Group = "default",
                    Recipients = message.Envelope.Recipients,
                    State = state,
                    DueAt = time.GetUtcNow(),
                    ExpiresAt = time.GetUtcNow().AddDays(4),
                },
            ],
        };
    }

    /// <summary>Tests store from many threads, and chance that begins with a seed is for one at a time: it would give two messages one name.</summary>
    private MessageId NextId()
    {
        lock (_ids)
        {
            return _ids.Next();
        }
    }

    private static MessageBody Body(int size)
    {
        using var writer = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System).CreateWriter();
        writer.Write(new byte[size]);
        return writer.Complete(BodyTraits.None);
    }
}
