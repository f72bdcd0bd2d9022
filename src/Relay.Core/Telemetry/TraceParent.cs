using System.Buffers;
using System.Diagnostics;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry;

/// <summary>
/// The W3C trace context that an application put into its message as a header field, <c>traceparent: 00-TRACE-SPAN-FLAGS</c>, so that its trace goes on here.
/// </summary>
internal static class TraceParent
{
    /// <summary>How far into a message the field is looked for.</summary>
    public const int LongestScan = 16 * 1024;

    private static ReadOnlySpan<byte> FieldName => "traceparent:"u8;

    /// <summary>What the message says; nothing where it says nothing, or nothing valid. Strangers are not asked: they could have everything recorded, or name a trace of somebody else's.</summary>
    public static async ValueTask<ActivityContext> ReadAsync(ReceivedMessage message)
    {
        if (!message.Origin.IsTrusted)
        {
            return default;
        }

        var length = (int)Math.Min(message.Body.Length, LongestScan);
        var head = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var count = await message.Body.ReadHeadAsync(head.AsMemory(0, length), CancellationToken.None);
            return Find(head.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>The first field of that name in a header section.</summary>
    public static ActivityContext Find(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is > 0 and var end)
        {
            var line = head[..end];
            if (line.Length > FieldName.Length && Ascii.EqualsIgnoreCase(line[..FieldName.Length], FieldName))
            {
                return Parse(line[FieldName.Length..].Trim(" \t"u8));
            }

            head = head[(end + 2)..];
        }

        return default;
    }

    private static ActivityContext Parse(ReadOnlySpan<byte> value) =>
        ActivityContext.TryParse(Encoding.ASCII.GetString(value), null, isRemote: true, out var context) ? context : default;
}
