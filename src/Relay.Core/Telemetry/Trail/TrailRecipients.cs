using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// Recipients of an entry as bytes. Those of an outcome or a transaction are nearly always those of the envelope, or some of them in its order: they are named by their place in it.
/// </summary>
internal static class TrailRecipients
{
    private const int All = 0;
    private const int Places = 1;
    private const int Others = 2;

    public static void Write(TrailScratch scratch, EnvelopeRecipient recipient)
    {
        scratch.Text(recipient.Path.Text);
        scratch.Byte((int)recipient.Notify);
        scratch.Text(recipient.OriginalRecipient);
    }

    public static EnvelopeRecipient Read(ref TrailReader reader) =>
        new(new MailPath(reader.Text()!), (DsnNotify)reader.Byte(), reader.Text());

    public static void Write(TrailScratch scratch, IReadOnlyList<EnvelopeRecipient> envelope, IReadOnlyList<EnvelopeRecipient> some)
    {
        var how = ReferenceEquals(envelope, some) ? All : HowToName(envelope, some);
        scratch.Byte(how);
        if (how == All)
        {
            return;
        }

        scratch.Number(some.Count);
        for (var (index, place) = (0, 0); index < some.Count; index++)
        {
            if (how == Others)
            {
                Write(scratch, some[index]);
                continue;
            }

            place = PlaceOf(some[index], envelope, place);
            scratch.Number(place++);
        }
    }

    public static IReadOnlyList<EnvelopeRecipient> Read(ref TrailReader reader, IReadOnlyList<EnvelopeRecipient> envelope)
    {
        var how = reader.Byte();
        if (how == All)
        {
            return envelope;
        }

        var some = new EnvelopeRecipient[reader.Number()];
        for (var index = 0; index < some.Length; index++)
        {
            some[index] = how == Others ? Read(ref reader) : envelope[(int)reader.Number()];
        }

        return some;
    }

    private static int HowToName(IReadOnlyList<EnvelopeRecipient> envelope, IReadOnlyList<EnvelopeRecipient> some)
    {
        var place = 0;
        for (var index = 0; index < some.Count; index++)
        {
            place = PlaceOf(some[index], envelope, place) + 1;
            if (place == 0)
            {
                return Others;
            }
        }

        return some.Count == envelope.Count ? All : Places;
    }

    private static int PlaceOf(EnvelopeRecipient recipient, IReadOnlyList<EnvelopeRecipient> envelope, int from)
    {
        for (var place = from; place < envelope.Count; place++)
        {
            if (ReferenceEquals(envelope[place], recipient))
            {
                return place;
            }
        }

        return -1;
    }
}
