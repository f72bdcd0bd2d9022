using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Relay.Core.Files;

/// <summary>
/// Brings the entries of a folder to disk: a new file that was flushed is not there after a power cut if its name is not. .NET opens no folders, so
/// this asks the system itself; Windows keeps its own journal of names.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">It failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(folder);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder) =>
        new($"The folder {folder} cannot be synchronised: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [SuppressMessage(
        "Interoperability",
        "SYSLIB1054",
        Justification = "The generated form needs unsafe code, which this project does not allow."
    )]
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [SuppressMessage(
        "Interoperability",
        "SYSLIB1054",
        Justification = "The generated form needs unsafe code, which this project does not allow."
    )]
    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [SuppressMessage(
        "Interoperability",
        "SYSLIB1054",
        Justification = "The generated form needs unsafe code, which this project does not allow."
    )]
    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
