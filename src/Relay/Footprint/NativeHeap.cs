using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Relay.Footprint;

/// <summary>The heap of the C library, from which the runtime's compiler and OpenSSL take their memory.</summary>
internal static class NativeHeap
{
    /// <summary>
    /// Gives what is free in it back to the system (malloc_trim(3)), which glibc does by itself only at the end of each heap. Takes some milliseconds, in which other threads may wait for memory.
    /// </summary>
    /// <returns>False where the C library has no such thing: musl and those of other systems keep less of what was freed.</returns>
    public static bool TryTrim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            _ = Trim(0);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }

    [SuppressMessage(
        "Interoperability",
        "SYSLIB1054",
        Justification = "The generated form needs unsafe code, which this project does not allow."
    )]
    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint leftAtEnd);
}
