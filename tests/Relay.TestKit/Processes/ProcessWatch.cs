using System.Globalization;

namespace Relay.TestKit.Processes;

/// <summary>Looks at a process four times a second, from a thread of its own, and remembers the most it ever held. Linux only.</summary>
public sealed class ProcessWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly int _process;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public ProcessWatch(int process)
    {
        _process = process;
        _thread = new Thread(Run) { IsBackground = true, Name = "process watch" };
        _thread.Start();
    }

    /// <summary>Most bytes of its own: what it allocated, without the programs and libraries that the system maps into it and can take back.</summary>
    public long PeakOwnMemory { get; private set; }

    /// <summary>Most bytes in memory, programs and libraries included.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>Most files and sockets open at a time.</summary>
    public int PeakOpenFiles { get; private set; }

    /// <summary>Bytes of its own that a process holds now, as <see cref="PeakOwnMemory"/> counts them.</summary>
    public static long OwnMemoryOf(int process) => Bytes(StatusOf(process), "RssAnon:");

    /// <summary>Looks a last time.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        do
        {
            Look();
        } while (!_stop.Wait(Interval));

        Look();
    }

    private void Look()
    {
        try
        {
            var status = StatusOf(_process);
            PeakOwnMemory = Math.Max(PeakOwnMemory, Bytes(status, "RssAnon:"));
            PeakMemory = Math.Max(PeakMemory, Bytes(status, "VmHWM:"));
            PeakOpenFiles = Math.Max(PeakOpenFiles, Directory.EnumerateFileSystemEntries($"/proc/{_process}/fd").Count());
        }
        catch (IOException)
        {
            // It has ended; what it held before is known.
        }
    }

    private static string[] StatusOf(int process) => File.ReadAllLines($"/proc/{process}/status");

    private static long Bytes(string[] status, string begin)
    {
        var line = status.First(line => line.StartsWith(begin, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
