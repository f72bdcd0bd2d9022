using System.Text;

namespace Relay.Cli.Setup;

/// <summary>Files that are written together: all of them, or none is left. What was there before stays, unless it may be replaced.</summary>
/// <param name="mayReplace">Files of the same name.</param>
internal sealed class NewFiles(bool mayReplace)
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<(string Path, byte[]? Before)> _written = [];
    private readonly List<string> _folders = [];

    /// <summary>A file that nobody but its owner may read, from the first byte on, in a folder of that kind.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public void WriteSecret(string path, string secret)
    {
        CreateFolder(Path.GetDirectoryName(path)!);
        byte[]? before = null;
        if (mayReplace && File.Exists(path))
        {
            before = File.ReadAllBytes(path);
            File.Delete(path); // a file that is only written over would keep its old mode
        }

        WriteFor(path, Encoding.UTF8.GetBytes(secret + "\n"), before);
    }

    /// <summary>Writes a file beside its place, and puts it there when it is found good.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="isGood">Looks at the file beside its place.</param>
    /// <returns>Whether it was good; if not, nothing of all that was written is left.</returns>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public bool Write(string path, string text, Func<string, bool> isGood)
    {
        var part = path + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(part, text);
            if (isGood(part))
            {
                File.Move(part, path, mayReplace);
                _written.Clear();
                _folders.Clear();
                return true;
            }

            return false;
        }
        finally
        {
            File.Delete(part);
            TakeBack();
        }
    }

    /// <summary>Nothing of what was written since the last good end is left.</summary>
    public void TakeBack()
    {
        foreach (var (path, before) in _written.ToList())
        {
            File.Delete(path);
            if (before is not null)
            {
                WriteFor(path, before, before: null);
            }
        }

        _written.Clear();
        _folders.Where(static folder => !Directory.EnumerateFileSystemEntries(folder).Any()).ToList().ForEach(Directory.Delete);
        _folders.Clear();
    }

    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OnlyOwner | UnixFileMode.UserExecute);
        }

        _folders.Add(folder);
    }

    private void WriteFor(string path, byte[] content, byte[]? before)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        using var stream = new FileStream(path, options);
        _written.Add((path, before));
        stream.Write(content);
    }
}
