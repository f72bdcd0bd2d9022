using System.Text;
using Relay.Core.Files;
using Relay.Core.Messages;

namespace Relay.Core.Pickup;

/// <summary>
/// The pickup folder on disk: files wait in it, lie in <c>taken</c> from the moment they are Relay's until their message is answered for, and in <c>bad</c> when it cannot be sent. Moves are on
/// disk when they return.
/// </summary>
internal sealed class PickupFolder(string path)
{
    /// <summary>Files looked at in one scan; the others wait for the next.</summary>
    public const int MostAtOnce = 10_000;

    private const int LongestName = 200;

    private readonly string _taken = Path.Combine(path, "taken");
    private readonly string _bad = Path.Combine(path, "bad");

    /// <summary>Makes what is not there. What lies in the folders below is for Relay's own eyes: they hold mail.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(path);
        foreach (var folder in new[] { _taken, _bad })
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    /// <summary>Files that wait, the oldest first.</summary>
    public IReadOnlyList<FileInfo> Waiting() =>
        [
            .. new DirectoryInfo(path)
                .EnumerateFiles(
                    "*.eml",
                    new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = FileAttributes.None }
                )
                .Where(static file => file.Name[0] != '.')
                .Take(MostAtOnce)
                .OrderBy(static file => file.LastWriteTimeUtc)
                .ThenBy(static file => file.Name, StringComparer.Ordinal),
        ];

    /// <summary>Files that were taken before, in the order of their ids.</summary>
    public IReadOnlyList<PickupFile> Taken() =>
        [.. Directory.EnumerateFiles(_taken).Select(PickupFile.Of).OfType<PickupFile>().OrderBy(static file => file.Id)];

    /// <summary>Makes a file Relay's own under the id of its message.</summary>
    /// <exception cref="IOException">It is gone, or in use.</exception>
    public PickupFile Take(FileInfo file, MessageId id)
    {
        var name = Encoding.UTF8.GetByteCount(file.Name) <= LongestName ? $"{id}.{file.Name}" : $"{id}.eml";
        var target = Path.Combine(_taken, name);
        File.Move(file.FullName, target);
        FolderSync.Flush(_taken);
        FolderSync.Flush(path);
        return new PickupFile(target, id);
    }

    /// <summary>Its message is another's to deliver.</summary>
    public void Remove(PickupFile file)
    {
        File.Delete(file.Path);
        FolderSync.Flush(_taken);
    }

    /// <summary>It will never be sent as it is; the reason lies beside it.</summary>
    public void Refuse(PickupFile file, string reason)
    {
        var target = Path.Combine(_bad, file.Name);
        File.WriteAllText(target + ".txt", reason + Environment.NewLine);
        File.Move(file.Path, target, overwrite: true);
        FolderSync.Flush(_bad);
        FolderSync.Flush(_taken);
    }
}
