namespace Relay.Core.Messages;

/// <summary>
/// Names one message in 250 replies, logs and the spool. A ULID: 48 bits of milliseconds, 80 bits of chance, printed as
/// 26 characters of Crockford's base 32, so that ids sort by time of arrival and no two nodes need to agree on anything.
/// </summary>
public readonly record struct MessageId(UInt128 Value) : IComparable<MessageId>
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int TextLength = 26;

    /// <summary>When it was made, as its first 48 bits tell.</summary>
    public DateTimeOffset ReceivedAt =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min((long)(ulong)(Value >> 80), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    public int CompareTo(MessageId other) => Value.CompareTo(other.Value);

    public override string ToString() =>
        string.Create(
            TextLength,
            Value,
            static (text, value) =>
            {
                for (var position = TextLength - 1; position >= 0; position--)
                {
                    text[position] = Alphabet[(int)(ulong)value & 31];
                    value >>= 5;
                }
            }
        );

    /// <summary>Reads what <see cref="ToString"/> printed; letters in either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MessageId id)
    {
        id = default;
        if (text.Length != TextLength || text[0] > '7')
        {
            return false;
        }

        var value = UInt128.Zero;
        foreach (var character in text)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        id = new MessageId(value);
        return true;
    }

    public static bool operator <(MessageId left, MessageId right) => left.CompareTo(right) < 0;

    public static bool operator >(MessageId left, MessageId right) => left.CompareTo(right) > 0;

    public static bool operator <=(MessageId left, MessageId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MessageId left, MessageId right) => left.CompareTo(right) >= 0;
}
