namespace Relay.Core.Files;

/// <summary>Replaces a small file so that a crash at any instant leaves the old content or the new one, never a part of it.</summary>
internal static class DurableFile
{
    /// <summary>Returns when the content is on disk. The file keeps its mode; a symbolic link keeps pointing at it.</summary>
    /// <param name="path">A file in a folder that may be written; one that is not there yet may be read by its owner only.</param>
    /// <param name="content">All that it holds from now on.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var link = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
        var target = link?.FullName ?? Path.GetFullPath(path);
        var beside = target + ".new";
        File.Delete(beside); // what a crash has left: its mode may be another one
        using (var file = new FileStream(beside, OptionsFor(target)))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, target, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(target)!);
    }

    /// <summary>With the mode of the file from its first moment: a secret is never readable by more than it was.</summary>
    private static FileStreamOptions OptionsFor(string target)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.Exists(target) ? File.GetUnixFileMode(target) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
