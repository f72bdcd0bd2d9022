namespace Relay.Core.Messages;

/// <summary>A file that nobody else can open and that is gone when it is closed, or when the process is killed.</summary>
internal static class TemporaryFile
{
    public static FileStream Create(string folder)
    {
        var path = Path.Combine(folder, $"relay-{Path.GetRandomFileName()}.body");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path); // the open file lives on without a name, and a kill -9 leaves nothing behind
        }

        return file;
    }

    /// <summary>
    /// Closes a body's file on a thread of the pool: it may be the end of the file, and to free one of many megabytes takes milliseconds that a thread which
    /// serves sockets does not have.
    /// </summary>
    public static void Close(FileStream? file)
    {
        if (file is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static file => file.Dispose(), file, preferLocal: false);
        }
    }
}
