using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>Messages on their way into a spool, each with a name of its own.</summary>
internal sealed class SpoolEntries(TimeProvider time)
{
    private readonly MessageIds _ids = new(time);

    public SpoolEntry New(SpoolState state = SpoolState.Waiting, int size = 1000)
    {
        var message = Some.Message(time: time) with { Id = _ids.Next(), Body = Body(size) };
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

    private static MessageBody Body(int size)
    {
        using var writer = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System).CreateWriter();
        writer.Write(new byte[size]);
        return writer.Complete(BodyTraits.None);
    }
}
