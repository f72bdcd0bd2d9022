using System.Buffers;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Sqlite;

/// <summary>
/// Entries on their way into the spool, with all that can be done beside the one writer: large bodies are files on disk already, small ones are bytes, and what
/// columns hold is text.
/// </summary>
internal sealed class PreparedEntries
{
    private readonly Dictionary<SpooledMessage, string> _details = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SpoolPart, string> _recipients = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<MessageId, byte[]> _contents = [];
    private readonly List<MessageId> _files = [];

    /// <summary>A message without rows (all that is left of it is a record) needs no body.</summary>
    public async Task AddAsync(SpoolEntry entry, BodyFiles files, CancellationToken cancellationToken)
    {
        _details.TryAdd(entry.Message, Rows.Details(entry.Message));
        foreach (var part in entry.Parts)
        {
            _recipients.TryAdd(part, Rows.Recipients(part.Recipients));
        }

        if (entry.Parts.Count > 0)
        {
            if (entry.Body.Length > BodyFiles.LargestInDatabase)
            {
                _files.Add(entry.Message.Id);
                await files.WriteAsync(entry.Message.Id, entry.Body, cancellationToken);
            }
            else
            {
                _contents.Add(entry.Message.Id, await ReadAsync(entry.Body, cancellationToken));
            }
        }

        foreach (var notice in entry.Notices)
        {
            await AddAsync(notice, files, cancellationToken);
        }
    }

    public string DetailsOf(SpooledMessage message) => _details.GetValueOrDefault(message) ?? Rows.Details(message);

    public string RecipientsOf(SpoolPart part) => _recipients.GetValueOrDefault(part) ?? Rows.Recipients(part.Recipients);

    public byte[]? ContentOf(MessageId id) => _contents.GetValueOrDefault(id);

    /// <summary>Nothing came of it.</summary>
    public void DeleteFiles(BodyFiles files) => _files.ForEach(files.Delete);

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
