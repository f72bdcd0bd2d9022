using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Relay.Cli.Watching;

/// <summary>
/// Standard output for commands that go on for long. That of the runtime swallows the error that the reader of a pipe has gone, and a command that nobody reads
/// would run for ever.
/// </summary>
internal static class LongOutput
{
    private const int StandardOutput = 1;

    public static TextWriter Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>A terminal that does not say how large it is counts as 80 by 24.</summary>
    public static (int Width, int Height) WindowSize()
    {
        try
        {
            var (width, height) = (Console.WindowWidth, Console.WindowHeight);
            return width > 0 && height > 0 ? (width, height) : (80, 24);
        }
        catch (IOException)
        {
            return (80, 24);
        }
    }
}
