using Relay.Core.Files;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Sqlite;

/// <summary>
/// Bodies that are too large for the database, a file each. A file is whole and on disk, and so is its entry in the folder, before the row that
/// names it is committed; it is deleted after the row is. What a kill leaves between the two is an orphan, swept at the next start.
/// </summary>
internal sealed class BodyFiles(string folder)
{
    /// <summary>Bytes up to which a body lies in the database: writing a file and its folder costs two fsyncs more.</summary>
    public const int LargestInDatabase = 32 * 1024;

    private const string Extension = ".body";

    /// <exception cref="IOException">The disk is full or broken; no file is left.</exception>
    public async Task WriteAsync(MessageId id, MessageBody body, CancellationToken cancellationToken)
    {
        var path = PathOf(id);
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
                PreallocationSize = body.Length,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var file = new FileStream(path, options))
            {
                await body.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            FolderSync.Flush(folder);
        }
        catch
        {
            Delete(id);
            throw;
        }
    }

    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    public FileStream Open(MessageId id) =>
        new(
            PathOf(id),
            new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            }
        );

    /// <summary>Never throws: what stays is swept at the next start.</summary>
    public void Delete(MessageId id)
    {
        try
        {
            File.Delete(PathOf(id));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Undeleted++;
        }
    }

    /// <summary>Files that could not be deleted.</summary>
    public int Undeleted { get; private set; }

    /// <summary>Deletes files that no row names; returns how many.</summary>
    public int Sweep(Func<MessageId, bool> isNamed)
    {
        Directory.CreateDirectory(folder);
        var swept = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (MessageId.TryParse(Path.GetFileNameWithoutExtension(path), out var id) && !isNamed(id))
            {
                Delete(id);
                swept++;
            }
        }

        return swept;
    }

    private string PathOf(MessageId id) => Path.Combine(folder, id + Extension);
}
