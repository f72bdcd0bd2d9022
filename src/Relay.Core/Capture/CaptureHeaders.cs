using System.Buffers;
using MimeKit;
using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>Reads the header fields of captured mail for people to look at. What cannot be parsed is left out: nothing depends on it.</summary>
internal static class CaptureHeaders
{
    /// <summary>Fields behind the first 64 KiB are not shown.</summary>
    private const int MaximumHead = 64 * 1024;

    /// <summary>A longer subject says no more to a list.</summary>
    private const int MaximumSubject = 500;

    /// <summary>Name and decoded value of each field, in order.</summary>
    public static async ValueTask<IReadOnlyList<KeyValuePair<string, string>>> ReadAsync(
        MessageBody body,
        CancellationToken cancellationToken
    )
    {
        var head = ArrayPool<byte>.Shared.Rent(MaximumHead);
        try
        {
            var length = await body.ReadHeadAsync(head.AsMemory(0, MaximumHead), cancellationToken);
            using var stream = new MemoryStream(head, 0, length, writable: false);
            var fields = await new MimeParser(stream, MimeFormat.Entity).ParseHeadersAsync(cancellationToken);
            return [.. fields.Select(field => KeyValuePair.Create(field.Field, field.Value))];
        }
        catch (FormatException)
        {
            return [];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    public static async ValueTask<string?> ReadSubjectAsync(MessageBody body, CancellationToken cancellationToken)
    {
        var fields = await ReadAsync(body, cancellationToken);
        var subject = fields.FirstOrDefault(field => field.Key.Equals("Subject", StringComparison.OrdinalIgnoreCase)).Value;
        return subject is { Length: > MaximumSubject } ? subject[..MaximumSubject] : subject;
    }
}
