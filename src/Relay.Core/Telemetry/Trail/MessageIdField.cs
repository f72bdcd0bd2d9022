using System.Buffers;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// Finds the Message-ID (RFC 5322 §3.6.4) of a message whose bytes are in memory. Only people who search go by it, so that a message in a file, or one with an endless
/// header, is not worth a read of the disk.
/// </summary>
internal static class MessageIdField
{
    /// <summary>No header is read beyond that.</summary>
    private const int MostHeader = 64 * 1024;

    /// <summary>A longer one is cut off: RFC 5322 allows 998 octets to a line, real ones have about 60.</summary>
    private const int MostLength = 250;

    private static ReadOnlySpan<byte> Name => "message-id:"u8;

    /// <summary>Without its angle brackets; null when there is none, or the message is not in memory.</summary>
    public static string? Read(MessageBody body)
    {
        if (!body.TryGetMemory(out var memory))
        {
            return null;
        }

        if (TryRead(memory.FirstSpan, out var id) || memory.IsSingleSegment)
        {
            return id;
        }

        return ReadLong(memory.Length > MostHeader ? memory.Slice(0, MostHeader) : memory);
    }

    private static string? ReadLong(ReadOnlySequence<byte> head)
    {
        var rented = ArrayPool<byte>.Shared.Rent((int)head.Length);
        try
        {
            head.CopyTo(rented);
            TryRead(rented.AsSpan(0, (int)head.Length), out var id);
            return id;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>False when the bytes end before the field does, or before the header if it has none.</summary>
    private static bool TryRead(ReadOnlySpan<byte> head, out string? id)
    {
        id = null;
        while (head.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (end <= 1)
            {
                return true; // the empty line
            }

            if (end > Name.Length && Ascii.EqualsIgnoreCase(head[..Name.Length], Name))
            {
                return TryReadValue(head[Name.Length..], out id);
            }

            head = head[(end + 1)..];
        }

        return false;
    }

    /// <summary>The value may stand on the next line, which begins with a blank then (RFC 5322 §2.2.3).</summary>
    private static bool TryReadValue(ReadOnlySpan<byte> rest, out string? id)
    {
        id = null;
        rest = rest.TrimStart(" \t\r\n"u8);
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        var value = rest[..end].Trim(" \t\r<>"u8);
        id = value.IsEmpty ? null : Encoding.UTF8.GetString(value[..Math.Min(value.Length, MostLength)]);
        return true;
    }
}
