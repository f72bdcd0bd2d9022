using System.Net.Sockets;

namespace Relay;

/// <summary>A unix socket leaves its file behind when the process is killed, and the file would keep the next one from listening.</summary>
internal static class UnixSocketFile
{
    /// <summary>Removes the file if it is a socket that nobody listens on.</summary>
    public static void RemoveStale(string path)
    {
        if (!File.Exists(path) || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            TryDelete(path);
        }
        catch (SocketException)
        {
            // Something else than a socket, or no right to look: binding will say what is wrong.
            return;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A folder that is not ours to write to: binding will say that the address is in use.
        }
    }

    /// <summary>A regular file refuses connections too, and is not ours to delete. A socket has no length and cannot be opened.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
