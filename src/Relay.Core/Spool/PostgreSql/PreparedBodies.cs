using System.Buffers;
using Relay.Core.Messages;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Bodies of entries on their way into the spool: large ones are in the database already, small ones are bytes. Where nothing comes of it the large ones are swept.</summary>
internal sealed class PreparedBodies
{
    public static readonly PreparedBodies None = new();

    private readonly Dictionary<MessageId, byte[]> _contents = [];

    /// <summary>A message without rows (all that is left of it is a record) needs no body.</summary>
    public async Task AddAsync(SpoolEntry entry, BodyPieces pieces, CancellationToken cancellationToken)
    {
        if (entry.Parts.Count > 0)
        {
            if (entry.Body.Length > BodyPieces.LargestWithRow)
            {
                await pieces.StoreAsync(entry.Message.Id, entry.Body, cancellationToken);
            }
            else
            {
                _contents.Add(entry.Message.Id, await ReadAsync(entry.Body, cancellationToken));
            }
        }

        foreach (var notice in entry.Notices)
        {
            await AddAsync(notice, pieces, cancellationToken);
        }
    }

    public byte[]? ContentOf(MessageId id) => _contents.GetValueOrDefault(id);

    private static async Task<byte[]> ReadAsync(MessageBody body, CancellationToken cancellationToken)
    {
        if (body.TryGetMemory(out var memory))
        {
            return memory.ToArray();
        }

        var bytes = new byte[body.Length];
        await body.ReadHeadAsync(bytes, cancellationToken);
        return bytes;
    }
}
